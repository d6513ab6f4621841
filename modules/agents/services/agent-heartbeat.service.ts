import { Coalescer } from "@/lib/coalesce";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, forbidden } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, type Principal } from "@/lib/principal";
import { writeAudit, type AuditRecord } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { choiceOf, decideBeat, openingStatus, UNNAMED_CLIENT, type BeatInput } from "../domain/beat";
import { judgePresence, type BeatRhythm, type PresenceFacts } from "../domain/presence";
import type { DeviceFacts } from "../domain/device-readiness";
import { chosenStatusOf } from "../domain/session-status";
import type {
  AgentSessionRepository,
  BeatenRow,
  PlainBeat,
  PresenceRow,
} from "../repositories/agent-session.repository";
import type { PresenceSession } from "../schemas";
import type { PresenceService } from "./presence.service";

/** A beat as the softphone sends it. */
export interface Beat extends BeatInput {
  /** Must be the caller's own: opaque id or e-mail. */
  agentId: string;
  device: DeviceFacts | undefined;
}

export interface BeatAnswer {
  session: PresenceSession;
  nextBeatInMs: number;
  superseded: boolean;
}

/** Told after commit when a beat has made an agent ready: a waiting call need not wait for a timer. */
export interface ReadyListener {
  onAgentReady(agentId: string): void;
}

/** Beats written by one statement, and beats that may wait for the next one. */
const BATCH = 200;
const MOST_WAITING = 5_000;
/** Milliseconds from one statement to the next: nobody waits for a beat, and a statement costs as much as many beats. */
const PACE_MS = 10;
/** A beat this many intervals after the last one came late. */
const LATE_AFTER_INTERVALS = 1.5;
/** The answered interval varies by this share, so that a thousand softphones do not beat as one. */
const JITTER = 0.1;
/** A new session may lose its race this often before the beat is refused. */
const OPEN_ATTEMPTS = 3;

/** What a beat that was not plain did, and how the session stood before and after it. */
interface Outcome {
  after: PresenceRow;
  wasReady: boolean;
  superseded: boolean;
}

/**
 * Keeps presence: one lean statement for the common beat, a transaction for the rare one that changes something.
 * The answer always leaves after the commit.
 */
export class AgentHeartbeatService {
  private readonly plain: Coalescer<PlainBeat, BeatenRow | undefined>;

  constructor(
    private readonly db: Db,
    private readonly sessions: AgentSessionRepository,
    private readonly presence: PresenceService,
    private readonly rhythm: () => BeatRhythm,
    private readonly ready: ReadyListener,
    /** Makes sure that rhythm() says what holds now. */
    private readonly refresh: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    this.plain = new Coalescer(
      (beat) => beat.agentId,
      (beats) => this.writePlain(beats),
      {
        batch: BATCH,
        most: MOST_WAITING,
        paceMs: PACE_MS,
      },
    );
  }

  /**
   * Takes one beat of the caller's own softphone. Opens a session when none is open, and lets a newer client take over.
   * Throws 403 when agentId is not the caller's own.
   */
  async beat(principal: Principal, beat: Beat): Promise<BeatAnswer> {
    const agentId = ownAgentId(principal, beat.agentId);
    await this.refresh();
    const written = await this.beatPlainly(agentId, beat);
    const { after, wasReady, superseded } = written ?? (await this.beatChanging(principal, agentId, beat));
    const session = this.presence.describe({ agentId, email: principal.email, name: principal.name }, after);
    if (session.readiness.ready && !wasReady) this.ready.onAgentReady(agentId);
    const intervalMs = this.rhythm().intervalSeconds * 1_000;
    const nextBeatInMs = Math.round(intervalMs * (1 - JITTER + Math.random() * 2 * JITTER));
    return { session, nextBeatInMs, superseded };
  }

  /** The common case: nothing but the time and the device report is new. undefined when that is not so. */
  private async beatPlainly(agentId: string, beat: Beat): Promise<Outcome | undefined> {
    if (beat.takeOver || beat.currentStatus === "offline") return undefined;
    const { clientId, deviceConnected, device } = beat;
    const row = await this.plain.submit({
      agentId,
      clientId,
      choice: choiceOf(beat),
      deviceConnected,
      device,
    });
    if (!row) return undefined;
    const before = {
      ...row,
      beatAgeSeconds: row.previousBeatAgeSeconds,
      device: row.previousDevice,
    };
    const wasReady = this.isReady(before);
    if (wasReady !== this.isReady(row)) {
      // The report made the agent ready or unready (a microphone came or went): listeners want to know.
      await inTransaction(this.db, (tx) => this.publish(tx, agentId));
    }
    return { after: row, wasReady, superseded: false };
  }

  private async writePlain(beats: readonly PlainBeat[]): Promise<(BeatenRow | undefined)[]> {
    const lateSeconds = this.rhythm().intervalSeconds * LATE_AFTER_INTERVALS;
    const rows = new Map((await this.sessions.beat(beats, lateSeconds)).map((row) => [row.agentId, row]));
    return beats.map((beat) => rows.get(beat.agentId));
  }

  private async beatChanging(principal: Principal, agentId: string, beat: Beat): Promise<Outcome> {
    for (let attempt = 1; attempt <= OPEN_ATTEMPTS; attempt += 1) {
      const outcome = await inTransaction(this.db, async (tx) => {
        const open = await this.sessions.lockOpen(tx, agentId);
        return open ? this.meet(tx, principal, open, beat) : this.open(tx, principal, agentId, beat);
      });
      if (outcome) return outcome;
    }
    throw new AppError(503, "overloaded", "This agent's session is being opened by others; try again.", {}, 1);
  }

  /** A beat meets the agent's open session, which the transaction holds. */
  private async meet(tx: Tx, principal: Principal, open: PresenceRow, beat: Beat): Promise<Outcome> {
    const sessionId = open.sessionId as string;
    const wasReady = this.isReady(open);
    const { intervalSeconds, leaseBeats } = this.rhythm();
    const chosen = chosenStatusOf(open.status ?? "offline");
    const decision = decideBeat(
      {
        clientId: open.clientId ?? UNNAMED_CLIENT,
        choice: open.choice,
        status: chosen,
        deviceConnected: open.deviceConnected,
        frozen: open.device?.frozen === true,
        stale: (open.beatAgeSeconds ?? 0) > intervalSeconds * leaseBeats,
      },
      beat,
    );
    if (decision.kind === "superseded") return { after: open, wasReady: true, superseded: true };
    const records: AuditRecord[] = [];
    const record = (action: string, before: string | null, after: string): void => {
      const entity = {
        entityType: "agent_session",
        entityId: sessionId,
      } as const;
      records.push({
        action,
        ...entity,
        before: { status: before },
        after: { status: after },
      });
    };
    if (decision.kind === "close") {
      await this.sessions.close(tx, sessionId, "signed_out", choiceOf(beat));
      record("agent_session.closed", chosen, "offline");
    } else {
      await this.sessions.change(tx, sessionId, {
        choice: choiceOf(beat),
        deviceConnected: beat.deviceConnected,
        ...(beat.clientId === undefined ? {} : { clientId: beat.clientId }),
        ...(beat.device === undefined ? {} : { device: beat.device }),
        // Choosing, be it the same again, is the answer to missed rings: their count and their reason end with it.
        ...(decision.chose && { statusReason: null, missedRings: 0, evidenceCleared: true as const }),
        ...(decision.deviceCame && { deviceCame: true as const, evidenceCleared: true as const }),
        ...(decision.status !== undefined && { status: decision.status }),
      });
      if (decision.takenOver) record("agent_session.taken_over", chosen, decision.status ?? chosen);
      if (decision.status !== undefined) record("agent_session.status_changed", chosen, decision.status);
    }
    const after = await this.standing(tx, open.agentId);
    await writeAudit(tx, actorOf(principal), records);
    const deviceChanged = decision.kind === "change" && decision.deviceChanged;
    if (records.length > 0 || deviceChanged || wasReady !== this.isReady(after)) await this.publish(tx, open.agentId);
    return { after, wasReady, superseded: false };
  }

  /** A beat finds no open session: it opens one, except a sign-out. undefined when another beat was quicker. */
  private async open(tx: Tx, principal: Principal, agentId: string, beat: Beat): Promise<Outcome | undefined> {
    if (beat.currentStatus === "offline") {
      return {
        after: await this.standing(tx, agentId),
        wasReady: false,
        superseded: false,
      };
    }
    const last = await this.sessions.findLast(tx, agentId);
    const { status, statusReason } = openingStatus(beat, last);
    const id = newId();
    const opened = await this.sessions.open(tx, {
      id,
      agentId,
      clientId: beat.clientId ?? UNNAMED_CLIENT,
      choice: choiceOf(beat),
      status,
      statusReason,
      deviceConnected: beat.deviceConnected,
      device: beat.device,
      missedRings: statusReason === null ? 0 : (last?.missedRings ?? 0),
      maxConcurrentCalls: last?.maxConcurrentCalls ?? 1,
    });
    if (!opened) return undefined;
    await writeAudit(tx, actorOf(principal), [
      {
        action: "agent_session.opened",
        entityType: "agent_session",
        entityId: id,
        after: { status, statusReason },
      },
    ]);
    await this.publish(tx, agentId);
    return {
      after: await this.standing(tx, agentId),
      wasReady: false,
      superseded: false,
    };
  }

  private async standing(tx: Tx, agentId: string): Promise<PresenceRow> {
    const [row] = await this.sessions.findPool([agentId], tx);
    if (!row) throw forbidden("This agent does not exist any more.");
    return row;
  }

  private isReady(facts: PresenceFacts): boolean {
    return judgePresence(facts, this.rhythm()).readiness.ready;
  }

  private async publish(tx: Tx, agentId: string): Promise<void> {
    await publishLive(tx, [{ topic: "presence", audience: `agent:${agentId}`, data: { agentId } }]);
  }
}

function ownAgentId(principal: Principal, given: string): string {
  const { agentId } = principal;
  if (agentId !== undefined && (given === agentId || given.toLowerCase() === principal.email)) return agentId;
  throw forbidden("A softphone beats only for its own agent.");
}
