import type { Act } from "../acts";
import { LeadRules } from "./lead-rules";
import { type MergeMemory, MergeRules } from "./merge-rules";
import { PlanRules, type Work } from "./plan-rules";
import { type Prediction, Refusal } from "./prediction";
import { recount, type WorldState } from "./state";

/** All that the model knows: what can be seen, and what it needs to take merges and plans back. */
interface Memory {
  state: WorldState;
  merges: Map<number, MergeMemory>;
  works: Map<number, Work>;
}

/** A prediction that the model can go on from. */
export type Predicted = Prediction & { accept: () => void };

export interface Staffed {
  emails: Readonly<Record<"manager" | "colleague" | "admin", string>>;
}

/**
 * The product's rules once more, in plain steps over a plain value: no database, no locks, nothing at once. A history
 * of one worker must be answered as this answers, and leave what this leaves.
 */
export class Model {
  private merges = new Map<number, MergeMemory>();
  private works = new Map<number, Work>();

  constructor(
    public state: WorldState,
    private readonly staff: Staffed,
  ) {}

  /**
   * What an act must come to at the time of `seen`. `seen` is the world afterwards: only the choices that a strategy is free to
   * make are taken from it, and they are judged.
   */
  predict(act: Act, seen: WorldState): Predicted {
    const state = structuredClone(this.state);
    const merges = structuredClone(this.merges);
    const works = structuredClone(this.works);
    const accept = (): void => {
      this.state = state;
      this.merges = merges;
      this.works = works;
    };
    state.minutes = seen.minutes;
    try {
      const status = this.perform({ state, merges, works }, act, seen);
      recount(state);
      return { status, code: undefined, state, accept };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const unchanged = { ...structuredClone(this.state), minutes: seen.minutes };
      return { status: error.status, code: error.code, state: unchanged, accept: () => (this.state = unchanged) };
    }
  }

  /** Changes the state as the act does; answers the status. */
  private perform({ state, merges, works }: Memory, act: Act, seen: WorldState): number {
    const rules = new LeadRules(state, this.staff.emails);
    const plans = new PlanRules(state, rules, works);
    const merging = new MergeRules(state, rules, merges);
    switch (act.kind) {
      case "assign":
        rules.assign(act);
        return 200;
      case "reassign":
        rules.reassign(act);
        return 200;
      case "patch":
        rules.patch(act);
        return 200;
      case "note":
        rules.note(act);
        return 200;
      case "remove":
        rules.remove(act);
        return 200;
      case "restore":
        rules.restore(act);
        return 200;
      case "lock":
        rules.lock(act);
        return 200;
      case "unlock":
        rules.unlock(act);
        return 200;
      case "team":
        rules.team(act);
        return 200;
      case "merge":
        merging.merge(act);
        return 200;
      case "unmerge":
        merging.unmerge(act);
        return 200;
      case "returns":
        rules.returns();
        return 200;
      case "capacity":
        Object.assign(state.agents[act.agent] ?? {}, { max: act.max });
        return 200;
      case "availability":
        Object.assign(state.agents[act.agent] ?? {}, { availability: act.availability });
        return 200;
      case "bulkUpdate":
        plans.update(act, true);
        return 200;
      case "planUpdate":
        plans.update(act, false);
        return 201;
      case "bulkAssign":
        plans.assign(act, true, seen);
        return 200;
      case "planAssign":
        plans.assign(act, false, seen);
        return 201;
      case "apply":
        plans.apply(this.planAt(state, act.plan), act);
        return 200;
      case "cancel":
        plans.cancel(this.planAt(state, act.plan), act);
        return 200;
      case "undo":
        plans.undo(this.planAt(state, act.plan), act);
        return 200;
      case "drain":
      case "later":
        return 200;
    }
  }

  /** A plan by its age: 0 is the newest. */
  private planAt(state: WorldState, age: number): number {
    return state.plans.length - 1 - age;
  }
}
