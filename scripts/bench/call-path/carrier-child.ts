import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild, type RunningChild } from "../../process/child";
import type { Declines } from "./decline-schedule";

export interface CarrierScript {
  port: number;
  productUrl: string;
  /** Softphones that are signed on. */
  identities: readonly string[];
  /** Those among them who decline every call, as the schedule says. */
  declining: readonly string[];
  schedule: { aSecond: number; count: number };
  /** Milliseconds of ringing before a phone answers, of talk before the caller hangs up, of one piece of music. */
  answerMs: number;
  talkMs: number;
  clipMs: number;
}

const ZEROS = "0".repeat(32);
const NUMBER = "+15550100000";

export interface SilentCarrier extends RunningChild {
  /** Begins the schedule of declines; resolves when it is over, and may be called once. */
  decline(): Promise<Declines>;
}

/** Starts the carrier without sound as a process of its own. */
export async function silentCarrier(script: CarrierScript): Promise<SilentCarrier> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-phones-"));
  const phones = join(directory, "phones");
  const declining = join(directory, "declining");
  await writeFile(phones, script.identities.join("\n"));
  await writeFile(declining, script.declining.join("\n"));
  const webhooks = `${script.productUrl}/api/webhooks/twilio`;
  const announced = Promise.withResolvers<"ready">();
  const declined = Promise.withResolvers<Declines>();
  const read = (line: string): void => {
    if (line.startsWith('{"ready":true')) announced.resolve("ready");
    else if (line.startsWith('{"from":')) declined.resolve(JSON.parse(line) as Declines);
    else console.error(line);
  };
  const child = startChild({
    args: ["scripts/bench/call-path/carrier.ts"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      TWILIO_ACCOUNT_SID: `AC${ZEROS}`,
      TWILIO_AUTH_TOKEN: ZEROS,
      TWILIO_API_KEY_SID: `SK${ZEROS}`,
      TWILIO_API_KEY_SECRET: ZEROS,
      TWILIO_APP_SID: `AP${ZEROS}`,
      TWILIO_PHONE_NUMBER: NUMBER,
      SIMULATOR_PORT: String(script.port),
      SIMULATOR_VOICE_URL: `${webhooks}/voice`,
      SIMULATOR_STATUS_CALLBACK_URL: `${webhooks}/status`,
      SIMULATOR_APP_VOICE_URL: `${webhooks}/outbound`,
      SIMULATOR_CPS: "1000",
      SIMULATOR_LOG_LEVEL: "warn",
      BENCH_PHONES: phones,
      BENCH_DECLINING: declining,
      BENCH_DECLINES: JSON.stringify(script.schedule),
      BENCH_ANSWER_MS: String(script.answerMs),
      BENCH_TALK_MS: String(script.talkMs),
      BENCH_CLIP_MS: String(script.clipMs),
    },
    onLine: read,
  });
  const outcome = await Promise.race([announced.promise, child.exited]);
  await rm(directory, { recursive: true, force: true });
  if (outcome !== "ready") throw new Error(`The carrier ended at once (${outcome})`);
  return {
    ...child,
    async decline() {
      process.kill(child.pid, "SIGUSR2");
      const ended = child.exited.then((reason) => Promise.reject(new Error(`The carrier ended with ${reason}`)));
      return Promise.race([declined.promise, ended]);
    },
  };
}
