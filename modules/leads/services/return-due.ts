import type { Tx } from "@/lib/db/transaction";
import type { Priority } from "../domain/lead";

/** When leads assigned at this moment go back to the pool, by priority. */
export interface DueTimesPort {
  dueTimes(tx: Tx): Promise<Readonly<Record<Priority, Date | null>>>;
}

/** When a lead whose return timer begins anew at this moment goes back to the pool; null when none runs for it. */
export async function returnDueOf(
  tx: Tx,
  timer: DueTimesPort,
  lead: { assignedAgentId: string | null; isOpen: boolean; touchedAt: Date | null; priority: Priority },
): Promise<Date | null> {
  if (lead.assignedAgentId === null || !lead.isOpen || lead.touchedAt !== null) return null;
  return (await timer.dueTimes(tx))[lead.priority];
}
