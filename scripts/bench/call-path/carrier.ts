import { request } from "node:http";
import { readFile } from "node:fs/promises";
import { assembleCarrier } from "../../../modules/twilio-simulator/assemble-carrier";
import { readConfiguration } from "../../../modules/twilio-simulator/configuration";
import { AnsweringPhones } from "./answering-phones";
import { DeclineSchedule } from "./decline-schedule";
import { SilentHouse } from "./silent-house";

/**
 * The local carrier as a program, its REST API, TwiML, webhooks, queues and conferences as they are, but without sound:
 * phones answer by themselves, and callers hang up by themselves. BENCH_PHONES is a file of identities, one a line;
 * BENCH_DECLINING one of those among them who decline every call, as BENCH_DECLINES says from SIGUSR2 on.
 */
const config = readConfiguration(process.env);
const number = (name: string): number => Number(process.env[name]);
const lines = async (file = ""): Promise<string[]> =>
  (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
const identities = await lines(process.env.BENCH_PHONES);
const declining = new Set(await lines(process.env.BENCH_DECLINING));
const schedule = new DeclineSchedule();

let port = 0;
const hangUp = (callSid: string): void => {
  const sent = request({ host: config.host, port, path: `/_control/calls/${callSid}`, method: "DELETE" }, (answer) => {
    answer.resume();
  });
  sent.on("error", (error) => console.error(`A caller could not hang up: ${error.message}`));
  sent.end();
};
const carrier = await assembleCarrier(config, {
  createMedia: () => new SilentHouse(number("BENCH_TALK_MS"), number("BENCH_CLIP_MS"), hangUp),
  createSignalling: () => new AnsweringPhones(identities, number("BENCH_ANSWER_MS"), declining, schedule),
  createTelephone: () => () => false,
});
port = carrier.port;
process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
process.once("SIGUSR2", () => {
  const wanted = JSON.parse(process.env.BENCH_DECLINES ?? "") as Parameters<DeclineSchedule["run"]>[0];
  void schedule.run(wanted).then((declines) => process.stdout.write(`${JSON.stringify(declines)}\n`));
});
process.once("SIGTERM", () => void carrier.close().then(() => process.exit(0)));
