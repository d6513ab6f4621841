import type { NewPlan } from "./plan-queries";

/** A plan to be previewed, with what it does in a few words. */
export interface PlanWish {
  saying: string;
  request: NewPlan;
}
