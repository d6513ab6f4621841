import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 100;
/** Callers who dial within one look at most: a crowd gathers over seconds. */
const MOST_A_LOOK = 12;

/** People who dial the call centre, one after another. They talk, and hang up, as the carrier's script says. */
export class Callers {
  // A connection kept for less time than the carrier keeps it never meets its close halfway.
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: 3_000 });
  private dialled = 0;

  constructor(private readonly carrierUrl: string) {}

  /** Dials at an even rate a second, whatever becomes of the calls, the house's number or another; answers their SIDs. */
  async atRate(rate: number, seconds: number, number?: string): Promise<string[]> {
    const begin = performance.now();
    const count = Math.round(rate * seconds);
    const pending: Promise<string>[] = [];
    for (let call = 0; call < count; call += 1) {
      const early = begin + (call * 1_000) / rate - performance.now();
      if (early > 0) await delay(early);
      pending.push(this.dial(number));
    }
    return Promise.all(pending);
  }

  /** Ends these calls, as the callers would. */
  async hangUp(callSids: readonly string[]): Promise<void> {
    await Promise.all(callSids.map((callSid) => this.ask("DELETE", `/calls/${callSid}`)));
  }

  /** Keeps so many legs at the carrier (a waiting caller is one, a conversation two) for as long as `seconds`. */
  async keep(legs: number, seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      const missing = Math.min(MOST_A_LOOK, Math.ceil((legs - (await this.liveLegs())) / 2));
      await Promise.all(Array.from({ length: Math.max(0, missing) }, async () => this.dial()));
      await delay(LOOK_MS);
    }
  }

  /** Waits until nobody is on the line any more, for `withinMs` at most. */
  async untilGone(withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while ((await this.liveLegs()) > 0 && performance.now() < end) await delay(LOOK_MS);
  }

  close(): void {
    this.agent.destroy();
  }

  private async liveLegs(): Promise<number> {
    return (JSON.parse(await this.ask("GET", "/health")) as { liveCalls: number }).liveCalls;
  }

  private async dial(to?: string): Promise<string> {
    this.dialled += 1;
    const from = `+1555${String(1_000_000 + this.dialled)}`;
    return (JSON.parse(await this.ask("POST", "/calls", JSON.stringify({ from, to }))) as { callSid: string }).callSid;
  }

  private ask(method: "GET" | "POST" | "DELETE", path: string, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const sent = request(`${this.carrierUrl}/_control${path}`, { method, agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const answer = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 300) resolve(answer);
          else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${answer}`));
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }
}
