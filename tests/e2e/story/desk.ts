import { expect } from "vitest";
import { z } from "zod";
import { PASSWORD } from "../signed-in";

const callsSchema = z.object({ calls: z.array(z.looseObject({ callId: z.string(), state: z.string().nullable() })) });
const queuesSchema = z.object({ queues: z.array(z.looseObject({ queueId: z.string() })) });
const presenceSchema = z.object({
  session: z.looseObject({
    sessionId: z.string().nullable(),
    readiness: z.object({ ready: z.boolean(), issues: z.array(z.looseObject({ code: z.string() })) }),
  }),
});
export type Presence = z.infer<typeof presenceSchema>["session"];
const LIVE = ["waiting", "offered", "connecting", "in_conversation"];

/** The product's API in the hands of the manager: what a test sees and tidies beside the screens. */
export class Desk {
  private readonly tokens = new Map<string, string>();

  constructor(private readonly address: () => string) {}

  async calls(): Promise<{ callId: string; state: string | null }[]> {
    return callsSchema.parse(await this.ask("/api/calls?limit=50")).calls;
  }

  /** How the server sees an agent's phone. */
  async presence(person: string): Promise<Presence> {
    return presenceSchema.parse(await this.ask(`/api/agent-heartbeat?agentId=${person}@evenhand.test`)).session;
  }

  /** Waits until no call is live any more, and finishes wrap-ups: the next test finds everybody free. */
  async settle(): Promise<void> {
    const left = async (): Promise<unknown[]> => {
      const calls = await this.calls();
      for (const { callId } of calls.filter(({ state }) => state === "wrap_up")) {
        await this.ask(`/api/calls/${callId}/wrap-up`, { finish: true });
      }
      return calls.filter(({ state }) => state === "wrap_up" || LIVE.includes(state ?? ""));
    };
    await expect.poll(left, { timeout: 60_000, interval: 300, message: "all calls come to their end" }).toEqual([]);
  }

  /**
   * Signs an agent's phone off whose browser is gone without a word. Until its lease runs out it would be rung for the
   * callers of the next test, as the phone of a browser that crashed is.
   */
  async signOff(person: string): Promise<void> {
    const agentId = `${person}@evenhand.test`;
    await this.ask("/api/agent-heartbeat", { agentId, currentStatus: "offline", deviceConnected: false }, person);
  }

  /** Changes a setting. */
  async set(path: string, body: object): Promise<void> {
    await this.ask(path, body, "manager", "PUT");
  }

  /** How long phones ring, in every queue and from the next call on, before the next agent is asked. */
  ringFor(ringTimeoutSeconds: number): Promise<void> {
    return this.changeQueues({ ringTimeoutSeconds });
  }

  /** Records conversations, in every queue and from the next call on. */
  record(): Promise<void> {
    return this.changeQueues({ recording: "announced" });
  }

  private async changeQueues(changes: object): Promise<void> {
    const { queues } = queuesSchema.parse(await this.ask("/api/settings/queues"));
    for (const { queueId } of queues) {
      await this.ask(`/api/settings/queues/${queueId}`, changes, "manager", "PATCH");
    }
  }

  private async ask(path: string, body?: unknown, person = "manager", method = "POST"): Promise<unknown> {
    const token = this.tokens.get(person) ?? (await this.signIn(person));
    this.tokens.set(person, token);
    const response = await fetch(this.address() + path, {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { method, body: JSON.stringify(body) }),
    });
    return response.json();
  }

  private async signIn(person: string): Promise<string> {
    const response = await fetch(`${this.address()}/api/auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: `${person}@evenhand.test`, password: PASSWORD }),
    });
    return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
  }
}
