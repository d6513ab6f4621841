import { z } from "zod";

const answerSchema = z.object({ id: z.number(), result: z.looseObject({}).optional(), error: z.unknown().optional() });
const evaluatedSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.unknown().optional(),
});
const targetsSchema = z.array(
  z.object({ id: z.string(), type: z.string(), url: z.string(), webSocketDebuggerUrl: z.string() }),
);
const TIMEOUT_MS = 30_000;

export type DevToolsTarget = z.infer<typeof targetsSchema>[number];

/** What can be inspected at a DevTools address such as 127.0.0.1:9229: a Node process, or the tabs of a browser. */
export async function devToolsTargets(address: string): Promise<DevToolsTarget[]> {
  const listed = await fetch(`http://${address}/json/list`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return targetsSchema.parse(await listed.json());
}

/** One session of the DevTools protocol, with nothing switched on that was not asked for. */
export class DevTools {
  private lastId = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async connect({ webSocketDebuggerUrl }: DevToolsTarget): Promise<DevTools> {
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("The inspector does not answer")), { once: true });
    });
    return new DevTools(socket);
  }

  /** Sends one command and waits for its answer; throws what the other side refuses. */
  send(method: string, params: object = {}): Promise<unknown> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const answered = new AbortController();
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        answered.abort();
        act();
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`${method} was not answered`))), TIMEOUT_MS);
      const listen = ({ data }: MessageEvent): void => {
        const answer = answerSchema.safeParse(JSON.parse(String(data)));
        if (!answer.success || answer.data.id !== id) return; // An event, or another command's answer.
        const { result, error } = answer.data;
        settle(() =>
          error === undefined ? resolve(result) : reject(new Error(`${method}: ${JSON.stringify(error)}`)),
        );
      };
      this.socket.addEventListener("message", listen, { signal: answered.signal });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The value of an expression there, one that JSON can carry; undefined where it has none. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = evaluatedSchema.parse(await this.send("Runtime.evaluate", { expression, returnByValue: true }));
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  close(): void {
    this.socket.close();
  }
}
