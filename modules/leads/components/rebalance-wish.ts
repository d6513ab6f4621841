import type { NewPlan } from "./plan-queries";

/** A plan to be previewed, with what it does and how in a few words. */
export interface PlanWish {
  title: string;
  saying: string;
  request: NewPlan;
}
