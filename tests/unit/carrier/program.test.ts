import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ConfigurationError, readConfiguration } from "../../../modules/twilio-simulator/configuration";

const ENVIRONMENT = {
  SIMULATOR_PORT: "0",
  TWILIO_ACCOUNT_SID: `AC${"a".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token",
  TWILIO_API_KEY_SID: `SK${"b".repeat(32)}`,
  TWILIO_API_KEY_SECRET: "secret",
  TWILIO_APP_SID: `AP${"c".repeat(32)}`,
  TWILIO_PHONE_NUMBER: "+15005550006",
  SIMULATOR_VOICE_URL: "http://127.0.0.1:1/voice",
  SIMULATOR_APP_VOICE_URL: "http://127.0.0.1:1/app",
  SIMULATOR_LOG_LEVEL: "silent",
};

describe("readConfiguration", () => {
  it("fills in what may be left out", () => {
    const config = readConfiguration({ ...ENVIRONMENT, SIMULATOR_PORT: "" });
    expect(config).toMatchObject({
      port: 4010,
      host: "127.0.0.1",
      callsPerSecond: 20,
      callee: "answer",
      statusCallbackUrl: undefined,
    });
  });

  it.each([
    ["TWILIO_ACCOUNT_SID", "AC1", "32 hexadecimal digits"],
    ["TWILIO_PHONE_NUMBER", "555", "E.164"],
    ["SIMULATOR_VOICE_URL", "voice", "absolute http"],
    ["SIMULATOR_VOICE_URL", undefined, "is not set"],
    ["SIMULATOR_CPS", "fast", "whole number"],
    ["SIMULATOR_CPS", "0", "between 1 and 1000"],
    ["SIMULATOR_PORT", "70000", "between 0 and 65535"],
    ["SIMULATOR_CALLEE", "sleep", "SIMULATOR_CALLEE"],
  ])("%s = %s is refused by name", (name, value, why) => {
    const read = () => readConfiguration({ ...ENVIRONMENT, [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
    expect(read).toThrow(why);
  });
});

describe("the program", () => {
  const running: ChildProcess[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });

  const start = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ["--import", "tsx", "modules/twilio-simulator/main.ts"], {
      env: { NODE_ENV: "test", PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    const output = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.err += chunk.toString()));
    return { child, output };
  };

  it("says that it is ready in one line, serves, and ends cleanly on SIGTERM", async () => {
    const { child, output } = start(ENVIRONMENT);
    await once(child.stdout, "data");
    const line = JSON.parse(output.out) as { ready: boolean; port: number };
    expect(line.ready).toBe(true);
    const health = await fetch(`http://127.0.0.1:${line.port}/_control/health`);
    expect(await health.json()).toMatchObject({ status: "ok" });
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(0);
    expect(output.out.trim().split("\n")).toHaveLength(1);
  });

  it("a taken port, or a wrong variable, is said in words with exit code 1", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as AddressInfo;
    const taken = start({ ...ENVIRONMENT, SIMULATOR_PORT: String(port) });
    const wrong = start({ ...ENVIRONMENT, TWILIO_APP_SID: "x" });
    const codes = await Promise.all(
      [taken, wrong].map(async ({ child }) => ((await once(child, "close")) as [number])[0]),
    );
    blocker.close();
    expect(codes).toEqual([1, 1]);
    expect(taken.output.err).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(wrong.output.err).toContain("TWILIO_APP_SID");
  });
});
