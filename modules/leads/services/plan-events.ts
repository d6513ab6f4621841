import type { NewEvent } from "@/modules/notifications/repositories/notification-event.repository";
import type { LiveEventInput } from "@/modules/realtime/topics";
import type { PlanState } from "../domain/plan";
import { manyLeadsChanged } from "./lead-events";

/** Milliseconds between two events of a plan under way: people see it move, and nobody is flooded. */
export const PLAN_EVENT_MS = 300;

/** Tells how far a plan is. */
export function planMoved(plan: { id: string; total: number }, state: PlanState, processed: number): LiveEventInput {
  return { topic: "plan", audience: "staff", data: { planId: plan.id, state, processed, total: plan.total } };
}

/** Tells that bulk work changed leads and, when it moved or closed them, the load of agents. */
export function bulkChanged(count: number, loads: boolean): LiveEventInput[] {
  if (count === 0) return [];
  const agents: LiveEventInput = { topic: "agent", audience: "everyone", data: { many: count } };
  return [manyLeadsChanged(count), ...(loads ? [agents] : [])];
}

/** Has those told whom a plan brought leads, and who ran it. */
export const planEnded = (planId: string): NewEvent => ({ event: "plan_ended", source: planId, data: { planId } });
