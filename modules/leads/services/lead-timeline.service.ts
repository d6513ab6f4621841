import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { actorOf, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ActivityType } from "../domain/activity";
import type { CursorCodec } from "../domain/cursor";
import { isWork } from "../domain/permissions";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import type { Activity } from "../schemas";
import type { LeadAccess } from "./lead-access";
import { leadChanged } from "./lead-events";

const PAGE = 50;

/** What happened to a lead, and notes about it. */
export class LeadTimelineService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly cursors: CursorCodec,
  ) {}

  /** Writes a note on a lead this person sees; answers its entry's id. Throws 404. */
  async addNote(principal: Principal, leadId: string, text: string, requestId?: string): Promise<string> {
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        const lead = await this.access.lock(tx, principal, leadId);
        await this.leads.update(tx, [lead.id], {}, { notes: 1, touched: isWork(principal, lead) });
        const [id] = await this.activities.add(tx, actor, [{ leadId: lead.id, type: "note", data: { text } }]);
        await writeAudit(tx, actor, [
          { action: "lead.note_added", entityType: "lead", entityId: lead.id, after: { activity_id: String(id) } },
        ]);
        await publishLive(tx, leadChanged(lead.id, lead.assignedAgentId));
        return String(id);
      },
      { once: "note" },
    );
  }

  /** A page of the timeline, newest first, of some types or of all. Throws 404, and 400 invalid_cursor. */
  async read(
    principal: Principal,
    leadId: string,
    query: { cursor?: string | undefined; limit?: number | undefined; type?: ActivityType[] | undefined },
  ): Promise<{ activities: Activity[]; next_cursor: string | null }> {
    const lead = await this.access.find(principal, leadId);
    const purpose = `activity ${lead.id}`;
    const limit = query.limit ?? PAGE;
    const after = query.cursor === undefined ? undefined : BigInt(this.cursors.decode(purpose, query.cursor).id);
    const rows = await this.activities.page(lead.id, { before: after, types: query.type }, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      activities: page.map(({ id, type, actor, at, data }) => ({
        activity_id: String(id),
        type,
        actor,
        at: at.toISOString(),
        data,
      })),
      next_cursor:
        rows.length > limit && last ? this.cursors.encode(purpose, { value: null, id: String(last.id) }) : null,
    };
  }
}
