import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, forbidden } from "@/lib/errors";
import { actorOf, type Actor, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { deviceProblem } from "../domain/device-problems";
import { MISSED_RINGS_REASON } from "../domain/session-status";
import type { AgentSessionRepository, PresenceRow } from "../repositories/agent-session.repository";
import type { PresenceSettingsRepository } from "../repositories/presence-settings.repository";
import type { PresenceSession } from "../schemas";
import type { ReadyListener } from "./agent-heartbeat.service";
import type { PresenceService } from "./presence.service";

export interface DeviceTestReport {
  /** New for each test. */
  testId: string;
  passed: boolean;
  problems: readonly string[];
}

export interface DeviceTestAnswer {
  session: PresenceSession;
  /** The test brought its agent back. */
  returned: boolean;
  /** Each problem in words. */
  findings: { code: string; message: string; remedy: string; blocking: boolean }[];
}

/** Tests of a softphone that its agent has run: a person was there, and the device did what a call needs. */
export class DeviceTestService {
  constructor(
    private readonly db: Db,
    private readonly sessions: AgentSessionRepository,
    private readonly settings: PresenceSettingsRepository,
    private readonly presence: Pick<PresenceService, "describe">,
    private readonly ready: ReadyListener,
  ) {}

  /**
   * Takes the outcome of a test of the asker's own phone. One that passed clears what rings had told against the
   * device, and, where the settings say so, brings an agent back who was set to away after missed rings. Repeating a
   * report changes nothing. Throws 403 for people without a phone, 409 while the softphone is signed out.
   */
  async report(principal: Principal, test: DeviceTestReport, requestId?: string): Promise<DeviceTestAnswer> {
    const { agentId } = principal;
    if (agentId === undefined) throw forbidden("Only agents have a softphone.");
    const actor = { ...actorOf(principal), requestId };
    const { row, returned } = await inTransaction(this.db, async (tx) => {
      const open = await this.sessions.lockOpen(tx, agentId);
      if (!open) throw conflict("not_signed_on", "The softphone is signed out: choose Available first.");
      const news = open.proof !== test.testId;
      const back = news && (await this.note(tx, open, test, actor));
      const [after] = await this.sessions.findPool([agentId], tx);
      return { row: after ?? open, returned: back };
    });
    const session = this.presence.describe({ agentId, email: principal.email, name: principal.name }, row);
    if (session.readiness.ready) this.ready.onAgentReady(agentId);
    const findings = [...new Set(test.problems)].map((code) => {
      const { message, remedy, blocking } = deviceProblem(code);
      return { code, message, remedy, blocking };
    });
    return { session, returned, findings };
  }

  /** Writes what a test means for the locked session; answers whether the agent came back by it. */
  private async note(tx: Tx, open: PresenceRow, test: DeviceTestReport, actor: Actor): Promise<boolean> {
    const sessionId = open.sessionId as string;
    const wasSentAway = open.status === "away" && open.statusReason === MISSED_RINGS_REASON;
    const back = test.passed && wasSentAway && (await this.settings.read(tx)).missedRingsReturn === "when_proven";
    if (test.passed) {
      await this.sessions.change(tx, sessionId, {
        evidenceCleared: true,
        proof: test.testId,
        ...(back ? { status: "available" as const, statusReason: null } : {}),
        // The rings of somebody who stays away are still unanswered: only coming back ends their count.
        ...(back || !wasSentAway ? { missedRings: 0 } : {}),
      });
    }
    await writeAudit(tx, actor, [
      {
        action: back ? "agent_session.returned_by_test" : "agent_session.device_tested",
        entityType: "agent_session",
        entityId: sessionId,
        ...(back ? { before: { status: "away" } } : {}),
        after: { passed: test.passed, problems: [...test.problems], ...(back ? { status: "available" } : {}) },
      },
    ]);
    await publishLive(tx, [{ topic: "presence", audience: `agent:${open.agentId}`, data: { agentId: open.agentId } }]);
    return back;
  }
}
