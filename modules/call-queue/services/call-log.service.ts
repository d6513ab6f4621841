import { AppError, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { isStaff, type Principal } from "@/lib/principal";
import type { CallOutcome } from "../domain/call-outcomes";
import { isNotReachedReason } from "../domain/not-reached";
import { recordingState, type RecordingStatus, type TranscriptionStatus } from "../domain/recordings";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallLogRepository, CallLogRow } from "../repositories/call-log.repository";
import type { CallAgent, CallRecord, CurrentCall } from "../schemas";

export interface CallQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
  leadId?: string | undefined;
  agent?: string | undefined;
  state?: QueuedCallState | undefined;
  outcome?: CallOutcome | undefined;
  direction?: "inbound" | "outbound" | undefined;
  queue?: string | undefined;
  number?: string | undefined;
  /** ISO 8601: the first moment, and the one after the last. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface CallDetail extends CallRecord {
  recordings: {
    recordingId: string;
    status: RecordingStatus;
    startedAt: string;
    durationSeconds: number | null;
    deleted: boolean;
  }[];
  voicemails: {
    voicemailId: string;
    createdAt: string;
    durationSeconds: number;
    transcription: string | null;
    transcriptionStatus: TranscriptionStatus | null;
    heardAt: string | null;
    deleted: boolean;
  }[];
  events: { from: string | null; to: string; reason: string; at: string; data: unknown }[];
  offers: {
    offerId: string;
    agent: CallAgent;
    status: string;
    createdAt: string;
    resolvedAt: string | null;
    rang: boolean;
    explanation: unknown;
  }[];
}

const DEFAULT_LIMIT = 50;

/** The call log. Agents see their own calls, managers and admins all. */
export class CallLogService {
  constructor(private readonly log: CallLogRepository) {}

  async list(principal: Principal, query: CallQuery): Promise<{ calls: CallRecord[]; nextCursor: string | null }> {
    const own = isStaff(principal) ? undefined : principal.agentId;
    // Somebody who is neither staff nor an agent has no calls; neither does a lead that cannot exist.
    if (!isStaff(principal) && own === undefined) return { calls: [], nextCursor: null };
    if (query.leadId !== undefined && !isId(query.leadId)) return { calls: [], nextCursor: null };
    const limit = query.limit ?? DEFAULT_LIMIT;
    const rows = await this.log.list({
      ownerId: own,
      leadId: query.leadId,
      agent: query.agent,
      state: query.state,
      outcome: query.outcome,
      direction: query.direction,
      queue: query.queue,
      number: query.number === undefined ? undefined : numberIn(query.number),
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      before: query.cursor === undefined ? undefined : readCursor(query.cursor),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { calls: page.map(toRecord), nextCursor: rows.length > limit && last ? writeCursor(last) : null };
  }

  /** One call with everything that happened to it. Throws 404 for calls that do not exist or are somebody else's. */
  async read(principal: Principal, callId: string): Promise<CallDetail> {
    const row = isId(callId) ? await this.log.find(callId) : undefined;
    if (!row || !maySee(principal, row)) throw notFound("This call");
    const { recordings, voicemails } = await this.log.sounds(row.callId);
    const [events, offers] =
      row.entryId === null ? [[], []] : await Promise.all([this.log.events(row.entryId), this.log.offers(row.entryId)]);
    return {
      ...toRecord(row),
      recordings: recordings.map((one) => ({ ...one, startedAt: one.startedAt.toISOString() })),
      voicemails: voicemails.map((one) => ({
        ...one,
        createdAt: one.createdAt.toISOString(),
        heardAt: one.heardAt?.toISOString() ?? null,
      })),
      events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
      offers: offers.map(({ agentId, agentEmail, agentName, ...offer }) => ({
        ...offer,
        agent: { agentId, email: agentEmail, name: agentName },
        createdAt: offer.createdAt.toISOString(),
        resolvedAt: offer.resolvedAt?.toISOString() ?? null,
      })),
    };
  }

  /** The calls that the asker holds now: offered, connecting, in conversation, in wrap-up. */
  async current(principal: Principal): Promise<CurrentCall[]> {
    if (principal.agentId === undefined) return [];
    const rows = await this.log.heldBy(principal.agentId);
    return rows.map((row) => ({
      callId: row.callId,
      state: row.state as CurrentCall["state"],
      offerId: row.offerId,
      direction: row.direction,
      from: row.from,
      role: row.owns ? ("owner" as const) : ("guest" as const),
      heldSince: row.heldSince?.toISOString() ?? null,
      participants: row.participants as CurrentCall["participants"],
      queueName: row.queueName,
      lead: leadOf(row),
      why: row.why ?? "",
      waitedSeconds: row.waitedSeconds,
      offerExpiresAt: row.offerExpiresAt?.toISOString() ?? null,
      dialIn: row.dialIn ?? false,
      connectedAt: row.connectedAt?.toISOString() ?? null,
      wrapUpExtensionsLeft: row.wrapUpExtensionsLeft,
      recording:
        row.recordingStatus === null
          ? null
          : (recordingState({ status: row.recordingStatus, pausedByAgent: row.pausedByAgent ?? false }) ?? null),
      machine: row.machine ?? false,
      shownNumber: row.shownNumber,
      notReached: row.wrapUpReason !== null && isNotReachedReason(row.wrapUpReason) ? row.wrapUpReason : null,
      note: row.note,
      wrapUpEndsAt: row.wrapUpEndsAt?.toISOString() ?? null,
      serverTime: row.serverTime.toISOString(),
    }));
  }
}

function maySee(principal: Principal, row: CallLogRow): boolean {
  if (isStaff(principal)) return true;
  return principal.agentId !== undefined && (row.agentId === principal.agentId || row.heldBy === principal.agentId);
}

function toRecord(row: CallLogRow): CallRecord {
  return {
    callId: row.callId,
    direction: row.direction,
    from: row.from,
    to: row.to,
    state: row.state as QueuedCallState | null,
    lead: leadOf(row),
    agent:
      row.agentId === null ? null : { agentId: row.agentId, email: row.agentEmail ?? "", name: row.agentName ?? "" },
    queue: row.queueKey === null ? null : { key: row.queueKey, name: row.queueName ?? row.queueKey },
    startedAt: row.startedAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBy: row.endedBy,
    waitSeconds: row.waitSeconds,
    talkSeconds: row.talkSeconds,
    disposition: row.disposition,
    note: row.note,
    rating: row.rating,
    sound: row.sound,
  };
}

/** A whole number as it is kept, or the digits of what was typed: spaces, brackets and hyphens do not count. */
function numberIn(typed: string): string {
  const digits = typed.replaceAll(/\D/g, "");
  return typed.trim().startsWith("+") && digits.length >= 8 ? `+${digits}` : digits;
}

/** The lead of a row, as the contracts show it. */
export function leadOf(row: {
  leadId: string | null;
  leadName: string | null;
  leadDisposition: string | null;
  leadPriority: string | null;
  leadAgent: string | null;
}): CallRecord["lead"] {
  if (row.leadId === null) return null;
  return {
    leadId: row.leadId,
    name: row.leadName ?? "",
    disposition: row.leadDisposition ?? "",
    priority: row.leadPriority ?? "normal",
    assignedAgent: row.leadAgent,
  };
}

const writeCursor = (row: CallLogRow): string =>
  Buffer.from(`${row.startedAt.toISOString()}|${row.callId}`).toString("base64url");

function readCursor(cursor: string): { startedAt: Date; callId: string } {
  const [time = "", callId = ""] = Buffer.from(cursor, "base64url").toString().split("|");
  const startedAt = new Date(time);
  if (Number.isNaN(startedAt.getTime()) || !isId(callId)) {
    throw new AppError(400, "invalid_cursor", "This cursor was not made by this list.");
  }
  return { startedAt, callId };
}
