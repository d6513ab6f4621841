import { clock } from "../clock";
import { orAborted, pause } from "../cancellation";
import type { AnsweredBy } from "./answered-by";
import type { Call } from "./call";
import { callParameters } from "./call-parameters";
import type { Carrier } from "./carrier";

/** Answering machine detection as a new call asks for it. */
export interface MachineDetection {
  /** Enable: as soon as it is known who answered; DetectMessageEnd: of a machine only when its greeting is over. */
  mode: "Enable" | "DetectMessageEnd";
  /** In the background, told here; null: the call's document waits for it. */
  background: { url: string | null; method: "GET" | "POST" } | null;
}

/** How long it listens before it knows: Twilio's takes a few seconds. */
const HUMAN_MS = 500;
const MACHINE_MS = 1_200;

/** A machine's side: its greeting, its tone, and then it keeps what it hears. Resolves at the tone. */
export async function greet(carrier: Carrier, call: Call, greeting: string): Promise<void> {
  const source = await orAborted(carrier.media.speak(greeting, { language: "en-US" }), call.alive);
  if (source !== "stopped") await call.audio.say(source, call.alive);
}

/** Who answered, once it is known; "stopped" when the call ended before. `greeted` resolves at a machine's tone. */
export async function detect(
  call: Call,
  { mode }: MachineDetection,
  greeted: Promise<void>,
): Promise<{ answeredBy: AnsweredBy; ms: number } | "stopped"> {
  const began = clock.now();
  const machine = call.greeting !== null;
  const known = pause(machine ? MACHINE_MS : HUMAN_MS, call.alive);
  if ((await known) === "stopped") return "stopped";
  if (machine && mode === "DetectMessageEnd" && (await orAborted(greeted, call.alive)) === "stopped") return "stopped";
  const answeredBy = machine ? (mode === "Enable" ? "machine_start" : "machine_end_beep") : "human";
  call.answeredBy = answeredBy;
  return { answeredBy, ms: clock.now() - began };
}

/** Tells of a detection that ran in the background. */
export function reportDetection(
  carrier: Carrier,
  call: Call,
  { url, method }: { url: string; method: "GET" | "POST" },
  found: { answeredBy: AnsweredBy; ms: number },
): void {
  carrier.webhooks.notify({
    purpose: "amd",
    event: `amd-${found.answeredBy}`,
    url,
    method,
    callSid: call.sid,
    params: {
      ...callParameters(carrier.account.accountSid, call),
      AnsweredBy: found.answeredBy,
      MachineDetectionDuration: String(found.ms),
    },
  });
}
