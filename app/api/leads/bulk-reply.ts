import { Reply } from "@/lib/http/route";

/** Work that a plan stands for: done within the request, or going on after it. */
export type BulkWork =
  | { done: true; planId: string; body: object }
  | { done: false; planId: string; body: { state: string; total_leads: number } };

/** 200 with what was done, or 202 with where to ask. The plan's id is a header of both: undo needs it. */
export function bulkReply(work: BulkWork): Reply<object> {
  const { planId } = work;
  const headers = { "bulk-plan-id": planId };
  if (work.done) return new Reply(200, work.body, headers);
  const status_url = `/api/bulk-plans/${planId}`;
  return new Reply(202, { success: true, plan_id: planId, ...work.body, status_url }, headers);
}
