import { expect } from "vitest";
import fc from "fast-check";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { type Act, episode } from "./acts";
import type { Crew, Outcome } from "./crew";
import type { Answer, Fault } from "./messages";
import { faultWithin } from "./mishaps";
import { type Model, type Predicted } from "./model/model";
import { look } from "./model/snapshot";
import type { WorldState } from "./model/state";
import { requestOf } from "./requests";
import { later, LATER_SECONDS, settle } from "./settle";
import type { Tally } from "./tally";
import type { World } from "./world";

/** One act of a history with nothing beside it, and what befalls the process over it. */
export interface SoloStep {
  act: Act;
  fault: Fault | null;
  /** Sent a second time with the same Idempotency-Key. */
  twice: boolean;
}
const steps = (fault: fc.Arbitrary<Fault | null>): fc.Arbitrary<SoloStep[]> =>
  episode.chain((acts) =>
    fc.tuple(...acts.map((one) => fc.record({ act: fc.constant(one), fault, twice: fc.nat(7).map((n) => n === 7) }))),
  );
/** Nothing goes wrong. */
export const calm = steps(fc.constant(null));
/** Now and then the process dies over an act, or loses its connection. */
export const rough = steps(
  fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: faultWithin(20) }),
);

/** The histories of one worker, beside a model that says what must come of each act. */
export class Solo {
  constructor(
    private readonly db: Db,
    private readonly crew: Crew,
    private readonly world: World,
    private readonly model: Model,
    private readonly began: Date,
    private readonly tally: Tally,
  ) {}

  /** Performs one act, and fails when answer or world are not the model's. */
  async step({ act: one, fault, twice }: SoloStep): Promise<void> {
    const asked = requestOf(this.world, one);
    if (one.kind === "later") await later(this.db, this.crew);
    if (!asked) return;
    const request = twice && asked.method !== "GET" ? { ...asked, idempotencyKey: newId() } : asked;
    if (fault) await this.crew.arm(0, fault);
    const outcome = await this.crew.ask(0, request);
    this.tally.note(one, outcome);
    if (fault) await this.crew.arm(0, null);
    if (fault && isUncertain(outcome)) await this.wholeOrNotAtAll(one);
    else if (outcome === "died") throw new Error(`a worker died of ${JSON.stringify(one)}`);
    else {
      await this.asPredicted(one, outcome);
      if (request.idempotencyKey !== undefined) await this.asBefore(one, outcome, await this.crew.ask(0, request));
    }
  }

  /** The same request again is answered the same and does nothing. */
  private async asBefore(one: Act, first: Answer, again: Outcome): Promise<void> {
    if (again === "died") throw new Error("a worker died of itself");
    const answer = ({ status, body }: Answer) => (status < 300 ? { status, body } : { status, code: body.code });
    expect(answer(again), `${JSON.stringify(one)}, sent again`).toEqual(answer(first));
    const seen = await this.look();
    expect(withoutDrift(seen, this.model.state), `${JSON.stringify(one)}, sent again`).toEqual({
      ...this.model.state,
      minutes: seen.minutes,
    });
  }

  private async asPredicted(one: Act, outcome: Answer): Promise<void> {
    const seen = await this.look();
    const predicted = this.model.predict(one, seen);
    const words = `${JSON.stringify(one)} was answered ${JSON.stringify(outcome.body)}\n${this.crew.words()}`;
    expect({ status: outcome.status, code: outcome.body.code }, words).toEqual({
      status: predicted.status,
      code: predicted.code,
    });
    expect(withoutDrift(seen, predicted.state), JSON.stringify(one)).toEqual(predicted.state);
    predicted.accept();
  }

  /** The worker died over it, or lost its connection: what it was at is there as a whole, now or never. */
  private async wholeOrNotAtAll(one: Act): Promise<void> {
    const before = this.model.state.minutes;
    await settle(this.db, this.crew, null);
    const seen = await this.look();
    if (alike(seen, { ...this.model.state, minutes: seen.minutes })) {
      this.model.state.minutes = seen.minutes;
      return;
    }
    // Work that was taken over was done after some steps of the clock.
    const times = [];
    for (let minutes = before; minutes <= seen.minutes; minutes += LATER_SECONDS / 60) times.push(minutes);
    const whole = this.predictions(one, seen, times).find(({ state }) => alike(seen, state));
    if (whole) return whole.accept();
    const [predicted] = this.predictions(one, seen, [before]);
    expect(
      withoutDrift(seen, predicted?.state ?? seen),
      `a worker died over ${JSON.stringify(one)}, which is half done`,
    ).toEqual(predicted?.state);
  }

  private predictions(one: Act, seen: WorldState, times: readonly number[]): Predicted[] {
    return times.map((minutes) => {
      const predicted = this.model.predict(one, { ...seen, minutes });
      predicted.state.minutes = seen.minutes;
      return predicted;
    });
  }

  private look(): Promise<WorldState> {
    return look(this.db, this.world, this.began);
  }
}

/** Whether nobody can know yet what came of it: it may be done, not done, or go on in the background. */
function isUncertain(outcome: Outcome): boolean {
  return outcome === "died" || outcome.status === 202 || outcome.body.code === "database_unavailable";
}

function alike(seen: WorldState, state: WorldState): boolean {
  try {
    expect(withoutDrift(seen, state)).toEqual(state);
    return true;
  } catch {
    return false; // That is the answer, not a failure.
  }
}

const MOST_DRIFT_MINUTES = 3;

/** The model's clock stands still while an act is performed, the database's does not: times that nearly agree do. */
function withoutDrift(seen: WorldState, state: WorldState): WorldState {
  const near = (time: number | null, wanted: number | null | undefined): number | null =>
    time !== null && typeof wanted === "number" && Math.abs(time - wanted) <= MOST_DRIFT_MINUTES ? wanted : time;
  return {
    ...seen,
    leads: seen.leads.map((lead, index) => ({
      ...lead,
      due: near(lead.due, state.leads[index]?.due),
      assignedAt: near(lead.assignedAt, state.leads[index]?.assignedAt),
    })),
  };
}
