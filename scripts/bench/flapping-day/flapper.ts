import { newId } from "@/lib/ids";
import type { Principal } from "@/lib/principal";
import type { TestAgent } from "@/tests/support/factories/agents";
import { exponential, type Random } from "../simulated-day/random";
import type { Agenda } from "./agenda";
import type { DayHouse } from "./house";

const MINUTE = 60;
/** Seconds from one mishap or absence of an agent to the next. */
const UNTIL_FLAP = exponential(40 * MINUTE);
const NOTICES_RONA_S = 20;

/** What befalls an agent, how often of all, and for how long. */
const FLAPS = [
  { kind: "network", share: 0.25, seconds: exponential(60) },
  { kind: "microphone", share: 0.25, seconds: exponential(90) },
  { kind: "break", share: 0.25, seconds: exponential(5 * MINUTE) },
  { kind: "signs_out", share: 0.15, seconds: exponential(10 * MINUTE) },
  { kind: "crash", share: 0.1, seconds: exponential(2 * MINUTE) },
] as const;

type Flap = (typeof FLAPS)[number]["kind"];

/** An agent in front of a softphone that comes and goes: what is true of them, whatever the product believes. */
export class Flapper {
  private flap: Flap | undefined;
  private clientId = newId();
  private choiceId = newId();
  /** In a call, or ringing: mishaps of a call are the proofs' concern, not this day's. */
  busy = false;
  private beatTurn = 0;

  constructor(
    readonly agent: TestAgent,
    private readonly house: DayHouse,
    private readonly agenda: Agenda,
    private readonly random: Random,
  ) {}

  async begin(): Promise<void> {
    await this.beat();
    this.agenda.in(UNTIL_FLAP(this.random), () => this.fall());
  }

  /** Would answer a ring now, and hears it. */
  get isThere(): boolean {
    return this.flap === undefined && !this.busy;
  }

  /** After missed rings the product has set them away and said why: the agent sees it and comes back. */
  noticesMissedRing(): void {
    this.agenda.in(NOTICES_RONA_S, async () => {
      if (this.flap !== undefined) return;
      this.choiceId = newId();
      await this.beat();
    });
  }

  private async fall(): Promise<void> {
    if (this.busy) {
      this.agenda.in(MINUTE, () => this.fall());
      return;
    }
    const drawn = this.random();
    let sum = 0;
    const { kind, seconds } = FLAPS.find(({ share }) => (sum += share) > drawn) ?? FLAPS[0];
    this.flap = kind;
    if (kind === "break") this.choiceId = newId();
    // A lost network and a crash say nothing; everything else is told at once.
    if (kind !== "network" && kind !== "crash") await this.beat();
    this.agenda.in(seconds(this.random), () => this.rise(kind));
  }

  private async rise(kind: Flap): Promise<void> {
    this.flap = undefined;
    if (kind === "break" || kind === "signs_out") this.choiceId = newId();
    // Another tab: it asks to take over what the crashed one has left.
    if (kind === "crash") this.clientId = newId();
    await this.beat(kind === "crash");
    this.agenda.in(UNTIL_FLAP(this.random), () => this.fall());
  }

  private async beat(takeOver = false): Promise<void> {
    const turn = (this.beatTurn += 1);
    const { agentId, email, userId } = this.agent;
    const principal: Principal = {
      kind: "user",
      userId,
      sessionId: userId,
      email,
      name: email,
      role: "agent",
      agentId,
      timeZone: "UTC",
    };
    const registered = this.flap !== "microphone";
    const status = this.flap === "break" ? "break" : this.flap === "signs_out" ? "offline" : "available";
    const { nextBeatInMs } = await this.house.heartbeats.beat(principal, {
      agentId,
      clientId: this.clientId,
      choiceId: this.choiceId,
      currentStatus: status,
      deviceConnected: registered,
      takeOver,
      device: { registered, visibility: "visible", mos: 4.2, rttMs: 38, jitterMs: 2, lossPercent: 0, problems: [] },
    });
    if (status !== "offline") this.agenda.in(nextBeatInMs / 1_000, () => this.next(turn));
  }

  private async next(turn: number): Promise<void> {
    // Only the last chain of beats goes on, and none without a network or a page.
    if (turn !== this.beatTurn || this.flap === "network" || this.flap === "crash") return;
    await this.beat();
  }
}
