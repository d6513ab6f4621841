import { setTimeout as delay } from "node:timers/promises";
import { callHistory } from "./call-path/call-history";
import { Callers } from "./call-path/callers";
import { callHouse, TIMES, type CallHouse } from "./call-path/house";
import { longestBeside } from "./call-path/idle-beside-waiting";
import { WebhookWatch, type SentWebhook } from "./call-path/webhook-watch";
import { atLeast, atMost, plain, rounded, type Bench, type BenchOptions, type Figure } from "./figure";
import { percentile } from "./percentiles";

const AGENTS = 1_000;
const WARM_UP = { rate: 20, seconds: 10 };
/** As much as goes: legs kept at the carrier, and for how long. */
const CROWD = { legs: 1_400, gatherSeconds: 15, seconds: 40 };
/** What is asked for, offers a second; the even load is this much, or this share of what went. */
const WANTED = 100;
const EVEN_SHARE = 0.8;
const EVEN_SECONDS = 60;
const DRAIN_MS = 60_000;

export const callPath: Bench = {
  name: "call-path",
  about:
    `The whole path of a call: dialling in, voice webhook, wait-URL tick, offer, the carrier's order to ring (REST), the ` +
    `agent's answer, the move into a conference (REST), the talk of ${TIMES.talkMs / 1_000} s, hanging up, wrap-up by the ` +
    `worker. One queue, ${AGENTS} agents signed in, one web process, one worker, a Postgres that waits for the disk, and ` +
    "the local carrier as a process of its own, its REST API, TwiML and signed webhooks as they are, without sound " +
    "(nothing is mixed or spoken; phones answer and callers hang up by themselves), all on this machine. Agents are rung by REST, with " +
    "the budget raised to 1,000 calls a second. First a crowd: as many calls as go. Then an even load, open loop.",
  async run(options: BenchOptions): Promise<Figure[]> {
    const house = await callHouse(AGENTS);
    const callers = new Callers(house.carrierUrl);
    const watch = new WebhookWatch(house.carrierUrl);
    try {
      await callers.atRate(WARM_UP.rate, WARM_UP.seconds);
      const crowd = await measured(house, async () => {
        await callers.keep(CROWD.legs, CROWD.gatherSeconds);
        const from = Date.now();
        await callers.keep(CROWD.legs, CROWD.seconds * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      const went = await offersASecond(house, crowd);
      const rate = Math.min(WANTED, went * EVEN_SHARE);
      const even = await measured(house, async () => {
        const from = Date.now();
        await callers.atRate(rate, EVEN_SECONDS * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      await delay(2_000);
      await watch.stop();
      return [
        atLeast("offers over the whole path", went, "offers/s", WANTED, cpuNote(crowd, went)),
        ...(await evenFigures(house, watch.sent, even, rate)),
      ];
    } finally {
      callers.close();
      await house.stop();
    }
  },
};

interface Stretch {
  from: number;
  to: number;
  /** Cores that each part used. */
  cores: Record<string, number>;
}

async function measured(house: CallHouse, load: () => Promise<number>): Promise<Stretch> {
  const [before, begun] = [await house.cpu(), Date.now()];
  const from = await load();
  const [after, to] = [await house.cpu(), Date.now()];
  const cores = Object.entries(after).map(([name, used]) => [
    name,
    ((used - (before[name] ?? 0)) * 1_000) / (to - begun),
  ]);
  return { from, to, cores: Object.fromEntries(cores) as Record<string, number> };
}

const inside = (times: readonly number[], { from, to }: Stretch): number =>
  times.filter((at) => at >= from && at < to).length;

async function offersASecond({ db }: CallHouse, stretch: Stretch): Promise<number> {
  const { offers } = await callHistory(db, 0);
  return (inside(offers, stretch) * 1_000) / (stretch.to - stretch.from);
}

function cpuNote({ cores }: Stretch, perSecond: number): string {
  const each = Object.entries(cores).map(([name, used]) => `${name} ${used.toFixed(2)}`);
  const sum = Object.values(cores).reduce((total, used) => total + used, 0);
  return `cores used: ${each.join(", ")}; ${((sum * 1_000) / perSecond).toFixed(1)} ms a call`;
}

async function evenFigures(
  { db }: CallHouse,
  sent: readonly SentWebhook[],
  stretch: Stretch,
  rate: number,
): Promise<Figure[]> {
  const history = await callHistory(db, stretch.from);
  const webhooks = sent.filter(({ at }) => at >= stretch.from && at < stretch.to);
  const answered = webhooks.filter(({ calledOff }) => !calledOff);
  const answers = answered.map(({ ms }) => ms);
  const waits = history.waiting.map(({ from, to }) => to - from);
  const bad = answered.filter(({ status }) => status !== 200);
  const unfinished = history.waiting.length - history.ends.length;
  const at = `${Math.round(rate)} calls/s`;
  const slowest = slowestOf(answered);
  return [
    plain("even load: calls a second", rate, "calls/s", cpuNote(stretch, rate)),
    ...Object.entries(stretch.cores).map(([name, used]) =>
      plain(`even load: processor time of a call, ${name}`, (used * 1_000) / rate, "ms"),
    ),
    atMost("even load: webhooks answered, p99", percentile(answers, 0.99), "ms", 300, `${at}; ${slowest}`),
    plain("even load: webhooks answered, p50", percentile(answers, 0.5), "ms", `${answers.length} webhooks`),
    atMost("even load: webhooks answered other than 200", bad.length, "webhooks", 0, wrongAnswers(bad)),
    plain(
      "even load: webhooks called off by the carrier",
      webhooks.length - answered.length,
      "webhooks",
      "the leg was moved on or hung up before its document came",
    ),
    plain(
      "even load: arrival to offer, p99",
      percentile(waits, 0.99),
      "ms",
      `p50 ${rounded(percentile(waits, 0.5))} ms`,
    ),
    atMost(
      "even load: longest that a call waited beside an idle agent",
      longestBeside(history.waiting, history.idle),
      "ms",
      2_000,
      `law 4; ${history.waiting.length} calls, from arrival to offer`,
    ),
    atMost("even load: calls that came to no end", unfinished, "calls", 0, history.unfinished),
  ];
}

/** Which webhooks were answered wrongly, and how. */
function wrongAnswers(bad: readonly SentWebhook[]): string | undefined {
  const seen = new Set(bad.map(({ name, status }) => `${name}: ${status ?? "no answer"}`));
  return seen.size === 0 ? undefined : [...seen].slice(0, 5).join(", ");
}

/** The three routes that took longest, by their p99. */
function slowestOf(webhooks: readonly SentWebhook[]): string {
  const names = [...new Set(webhooks.map(({ name }) => name))];
  const routes = names.map((name) => {
    const ms = webhooks.filter((one) => one.name === name).map((one) => one.ms);
    return { name, p99: percentile(ms, 0.99) };
  });
  const worst = routes.toSorted((a, b) => b.p99 - a.p99).slice(0, 3);
  return `slowest by p99: ${worst.map(({ name, p99 }) => `${name} ${p99} ms`).join(", ")}`;
}
