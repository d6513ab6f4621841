import { Reply } from "@/lib/http/route";

/** 200 when every lead has been gone through, 202 while the plan goes on. */
export function tagsReply(work: { planId: string; state: string; changed: number | null; failed: number | null }) {
  const { planId, state, changed, failed } = work;
  const body = { success: true as const, plan_id: planId, state, changed_count: changed, failed_count: failed };
  return new Reply(changed === null ? 202 : 200, body);
}
