import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { AppError, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Actor, type Principal } from "@/lib/principal";
import { agentNotFound } from "@/modules/agents/services/agent-directory.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { VoicemailFilter, VoicemailListRepository, VoicemailRow } from "../repositories/voicemail-list.repository";
import type { VoicemailRepository } from "../repositories/voicemail.repository";
import type { VoicemailView } from "../records.schemas";

export interface VoicemailQuery {
  state?: VoicemailFilter["state"] | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface VoicemailChange {
  heard?: boolean | undefined;
  done?: boolean | undefined;
  /** Id or e-mail; null: nobody in particular. */
  agent?: string | null | undefined;
}

const DEFAULT_LIMIT = 50;

/** Messages that wait for somebody: agents see theirs and those of their queues, managers all. */
export class VoicemailDesk {
  constructor(
    private readonly db: Db,
    private readonly voicemails: VoicemailListRepository,
    private readonly messages: Pick<VoicemailRepository, "hold" | "isKnown" | "rememberTranscription">,
  ) {}

  /** Newest first. */
  async list(
    principal: Principal,
    query: VoicemailQuery,
  ): Promise<{ voicemails: VoicemailView[]; nextCursor: string | null }> {
    if (!isStaff(principal) && principal.agentId === undefined) return { voicemails: [], nextCursor: null };
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await this.voicemails.list({
      state: query.state ?? "open",
      forAgent: scopeOf(principal),
      before: query.cursor === undefined ? undefined : readCursor(query.cursor),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { voicemails: page.map(toView), nextCursor: rows.length > limit && last ? writeCursor(last) : null };
  }

  /** Heard or not, done or not, and who is to call back. Repeating it is harmless. Throws 404. */
  async change(principal: Principal, id: string, change: VoicemailChange, requestId: string): Promise<VoicemailView> {
    const agentId = typeof change.agent === "string" ? await this.agentOf(change.agent) : change.agent;
    return inTransaction(
      this.db,
      async (tx) => {
        if (isId(id)) await this.voicemails.lock(tx, id);
        const before = isId(id) ? await this.voicemails.find(id, scopeOf(principal), tx) : undefined;
        if (!before) throw notFound("This message");
        const { heard, done } = change;
        await this.voicemails.change(tx, id, { heard, done, agentId }, principal.userId);
        const after = await this.voicemails.find(id, undefined, tx);
        if (!after) throw notFound("This message");
        const facts = { before: factsOf(before), after: factsOf(after) };
        if (JSON.stringify(facts.before) === JSON.stringify(facts.after)) return toView(after);
        const actor = { ...actorOf(principal), requestId };
        await writeAudit(tx, actor, [{ action: "voicemail.changed", entityType: "voicemail", entityId: id, ...facts }]);
        const data = { callId: after.callId, voicemailId: id };
        await publishLive(tx, [{ topic: "call", audience: "everyone", data }]);
        return toView(after);
      },
      { once: "voicemail" },
    );
  }

  private async agentOf(idOrEmail: string): Promise<string> {
    const agentId = await this.voicemails.agentOf(idOrEmail);
    if (agentId === undefined) throw agentNotFound(idOrEmail);
    return agentId;
  }

  /** A program has written a message down (managers, by the route). Throws 404 for one that is not there or deleted. */
  async transcribe(principal: Principal, id: string, text: string, requestId: string): Promise<VoicemailView> {
    const known = isId(id) ? await this.voicemails.find(id, undefined) : undefined;
    if (!known || known.deleted) throw notFound("This message");
    await this.transcribed({ id }, text, { ...actorOf(principal), requestId });
    return toView((await this.voicemails.find(id, undefined)) ?? known);
  }

  /**
   * What was said, in words; null: it could not be made out. Late and repeated news change nothing; of a message that is
   * not known yet they are kept for it. Answers whether it was news.
   */
  async transcribed(
    key: { id: string } | { recordingSid: string; callSid?: string | undefined },
    text: string | null,
    actor: Actor,
  ): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      if ("recordingSid" in key) await this.messages.hold(tx, key.recordingSid);
      const message = await this.voicemails.transcribed(tx, key, text);
      if (!message) {
        const early = "recordingSid" in key && !(await this.messages.isKnown(tx, key.recordingSid));
        if (early) await this.messages.rememberTranscription(tx, key.recordingSid, key.callSid, text);
        return false;
      }
      const { id: voicemailId, callId, leadId, leadAgentId } = message;
      const after = { length: text?.length ?? null };
      await writeAudit(tx, actor, [
        { action: "voicemail.transcribed", entityType: "voicemail", entityId: voicemailId, after },
      ]);
      await publishLive(tx, [{ topic: "call", audience: "everyone", data: { callId, voicemailId } }]);
      if (leadId !== null) await publishLive(tx, leadChanged(leadId, leadAgentId));
      return true;
    });
  }
}

const scopeOf = (principal: Principal): string | undefined =>
  isStaff(principal) ? undefined : (principal.agentId ?? NOBODY);
/** An agent who has nothing. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

const factsOf = (row: VoicemailRow) => ({
  heard: row.heardAt !== null,
  done: row.doneAt !== null,
  agent: row.agentEmail,
});

function toView(row: VoicemailRow): VoicemailView {
  return {
    voicemailId: row.voicemailId,
    callId: row.callId,
    from: row.from,
    lead: row.leadId === null ? null : { leadId: row.leadId, name: row.leadName ?? "" },
    queue: row.queueName,
    durationSeconds: row.durationSeconds,
    transcription: row.transcription,
    transcriptionStatus: row.transcriptionStatus as VoicemailView["transcriptionStatus"],
    agent:
      row.agentId === null ? null : { agentId: row.agentId, email: row.agentEmail ?? "", name: row.agentName ?? "" },
    heardAt: row.heardAt?.toISOString() ?? null,
    doneAt: row.doneAt?.toISOString() ?? null,
    deleted: row.deleted,
    createdAt: row.createdAt.toISOString(),
  };
}

const writeCursor = (row: VoicemailRow): string =>
  Buffer.from(`${row.createdAt.toISOString()}|${row.voicemailId}`).toString("base64url");

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString().split("|");
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !isId(id)) {
    throw new AppError(400, "invalid_cursor", "This cursor was not made by this list.");
  }
  return { createdAt, id };
}
