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
import type { LeadPeople } from "./lead-people.service";

const PAGE = 50;

export interface Note {
  text: string;
  /** E-mails. */
  mentions?: readonly string[] | undefined;
}

/** What happened to a lead, and notes about it. */
export class LeadTimelineService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly cursors: CursorCodec,
    private readonly people: Pick<LeadPeople, "mentioned" | "keep">,
  ) {}

  /**
   * Writes a note on a lead this person sees, and whom it mentions; answers its entry's id. Throws 404, 422
   * cannot_be_mentioned.
   */
  async addNote(principal: Principal, leadId: string, note: Note, requestId?: string): Promise<string> {
    const { text, mentions = [] } = note;
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        const lead = await this.access.lock(tx, principal, leadId);
        const people = await this.people.mentioned(tx, lead, mentions);
        const named = people.map(({ email, name }) => ({ email, name }));
        await this.leads.update(tx, [lead.id], {}, { notes: 1, touched: isWork(principal, lead) });
        const [id] = await this.activities.add(tx, actor, [
          { leadId: lead.id, type: "note", data: { text, ...(named.length > 0 && { mentions: named }) } },
        ]);
        if (id === undefined) throw new Error("a note was written and has no id");
        await this.people.keep(tx, id, people);
        const mentioned = named.length > 0 && { mentions: named.map(({ email }) => email) };
        await writeAudit(tx, actor, [
          {
            action: "lead.note_added",
            entityType: "lead",
            entityId: lead.id,
            after: { activity_id: String(id), ...mentioned },
          },
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
      activities: page.map(({ id, type, actor, actorName, at, data }) => ({
        activity_id: String(id),
        type,
        actor,
        actor_name: actorName ?? actor,
        at: at.toISOString(),
        data,
      })),
      next_cursor:
        rows.length > limit && last ? this.cursors.encode(purpose, { value: null, id: String(last.id) }) : null,
    };
  }
}
