import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { type RunningChild, startChild } from "@/scripts/process/child";

/** The web process without Next: its server answers once a request's body has come to its end. */
const PROGRAM = `
  import { text } from "node:stream/consumers";
  import { endBySignals, webServer } from "./scripts/process/web-server.mts";
  const server = webServer(({ url }) => async (request, response) => {
    if (url !== "/events") return void response.end(await text(request));
    response.setHeader("content-type", "text/event-stream; charset=utf-8").flushHeaders();
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  endBySignals(server, async () => console.log("last"));`;

const agent = new Agent({ keepAlive: true });
const children: RunningChild[] = [];

afterEach(async () => {
  agent.destroy();
  await Promise.all(children.splice(0).map((child) => child.stop(0)));
});

it("keeps connections for longer than a balancer does, and ends at once with one kept, one just answered, one that streams events", async () => {
  const lines: string[] = [];
  const child = startChild({
    args: ["--input-type=module", "--eval", PROGRAM],
    env: process.env,
    onLine: (line) => lines.push(line),
  });
  children.push(child);
  let ended = "not yet";
  void child.exited.then((reason) => (ended = reason));
  await expect.poll(() => Number(lines[0])).toBeGreaterThan(0);
  const port = Number(lines[0]);
  const send = () => request({ agent, port, host: "127.0.0.1", method: "POST" });

  const first = send();
  const answer = await answered(first, "one");
  expect([answer.said, answer.keepAlive]).toEqual(["one", "timeout=75"]);
  const second = send();
  expect((await answered(second, "two")).said).toBe("two");
  expect(second.reusedSocket).toBe(true);

  const events = request({ port, host: "127.0.0.1", path: "/events" }).end();
  const [stream] = (await once(events, "response")) as [IncomingMessage];
  const streamed = text(stream).catch((error: Error) => error.message);
  const underWay = send();
  underWay.write("thr");
  const kept = send();
  await answered(kept, "four");
  process.kill(child.pid, "SIGTERM");
  await expect.poll(async () => isListening(port)).toBe(false);
  expect(await streamed).toBe("aborted");
  expect((await answered(underWay, "ee")).said).toBe("three");
  // 128 and the number of SIGTERM.
  await expect.poll(() => ended).toBe("code 143");
  expect(lines.at(-1)).toBe("last");
});

type Sent = ReturnType<typeof request>;

async function answered(sent: Sent, rest: string): Promise<{ said: string; keepAlive: string | undefined }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject).end(rest);
  });
  return { said: await text(response), keepAlive: response.headers["keep-alive"]?.toString() };
}

const isListening = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
