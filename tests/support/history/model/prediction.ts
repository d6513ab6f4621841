import type { WorldState } from "./state";

/** What an act must be answered with, and how the world stands then. */
export interface Prediction {
  status: number;
  /** The problem's code; undefined for an answer that is none. */
  code: string | undefined;
  state: WorldState;
}

/** A refusal: thrown by the rules of the model, and caught where the prediction is made. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}
