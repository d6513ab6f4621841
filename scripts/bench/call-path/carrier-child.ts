import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild, type RunningChild } from "../../process/child";

export interface CarrierScript {
  port: number;
  productUrl: string;
  /** Softphones that are signed on. */
  identities: readonly string[];
  /** Those among them who decline every call. */
  declining: readonly string[];
  /** Milliseconds of ringing before a phone answers, of talk before the caller hangs up, of one piece of music. */
  answerMs: number;
  talkMs: number;
  clipMs: number;
}

const ZEROS = "0".repeat(32);
const NUMBER = "+15550100000";

/** Starts the carrier without sound as a process of its own. */
export async function silentCarrier(script: CarrierScript): Promise<RunningChild> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-phones-"));
  const phones = join(directory, "phones");
  const declining = join(directory, "declining");
  await writeFile(phones, script.identities.join("\n"));
  await writeFile(declining, script.declining.join("\n"));
  const webhooks = `${script.productUrl}/api/webhooks/twilio`;
  let ready: () => void = () => undefined;
  const announced = new Promise<"ready">((resolve) => (ready = () => resolve("ready")));
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
      BENCH_ANSWER_MS: String(script.answerMs),
      BENCH_TALK_MS: String(script.talkMs),
      BENCH_CLIP_MS: String(script.clipMs),
    },
    onLine: (line) => (line.startsWith('{"ready":true') ? ready() : console.error(line)),
  });
  const outcome = await Promise.race([announced, child.exited]);
  await rm(directory, { recursive: true, force: true });
  if (outcome !== "ready") throw new Error(`The carrier ended at once (${outcome})`);
  return child;
}
