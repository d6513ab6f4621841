import { forbidden, notFound } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import { judgePresence, type BeatRhythm, type Presence } from "../domain/presence";
import type { PresenceRow } from "../repositories/agent-session.repository";
import type { PresenceSession } from "../schemas";

export interface PresenceStore {
  findPool(agentIds: readonly string[]): Promise<PresenceRow[]>;
  findAgents(agentId?: string): Promise<AgentName[]>;
}

export interface AgentName {
  agentId: string;
  email: string;
  name: string;
}

export interface PresenceStatistics {
  signedIn: number;
  ready: number;
  onCall: number;
  wrapUp: number;
  away: number;
  averageScore: number;
}

/** Reads who is there and who could take a call now. */
export class PresenceService {
  constructor(
    private readonly store: PresenceStore,
    private readonly rhythm: () => BeatRhythm,
    /** Makes sure that rhythm() says what holds now. */
    private readonly refresh: () => Promise<unknown> = () => Promise.resolve(),
  ) {}

  /** One agent's presence: its own for anyone, anyone's for staff. Throws 403 and 404. */
  async read(principal: Principal, agentIdOrEmail: string): Promise<PresenceSession> {
    const own = agentIdOrEmail === principal.agentId || agentIdOrEmail.toLowerCase() === principal.email;
    if (!own && !isStaff(principal)) throw forbidden("You may only ask for your own presence.");
    await this.refresh();
    const [agent] = await this.store.findAgents(agentIdOrEmail);
    if (!agent) throw notFound("This agent");
    const [row] = await this.store.findPool([agent.agentId]);
    if (!row) throw notFound("This agent");
    return this.describe(agent, row);
  }

  /** Everybody's presence with its statistics; for staff. */
  async readAll(principal: Principal): Promise<{ statistics: PresenceStatistics; sessions: PresenceSession[] }> {
    if (!isStaff(principal)) throw forbidden("Only managers see everybody's presence; name your own agentId.");
    await this.refresh();
    const agents = await this.store.findAgents();
    const rows = new Map((await this.store.findPool(agents.map((a) => a.agentId))).map((row) => [row.agentId, row]));
    const sessions = agents.flatMap((agent) => {
      const row = rows.get(agent.agentId);
      return row ? [this.describe(agent, row)] : [];
    });
    return { statistics: statisticsOf(sessions), sessions };
  }

  /** Presence and readiness of a whole pool in one query, by agent id; agents that do not exist are missing. */
  async judgePool(agentIds: readonly string[]): Promise<Map<string, Presence>> {
    if (agentIds.length === 0) return new Map();
    await this.refresh();
    const rows = await this.store.findPool(agentIds);
    return new Map(rows.map((row) => [row.agentId, judgePresence(row, this.rhythm())]));
  }

  /** How many are signed in, and how many could take a call now. */
  async count(): Promise<{ signedIn: number; ready: number }> {
    await this.refresh();
    const agents = await this.store.findAgents();
    const rows = await this.store.findPool(agents.map((agent) => agent.agentId));
    return {
      signedIn: rows.filter((row) => row.sessionId !== null).length,
      ready: rows.filter((row) => judgePresence(row, this.rhythm()).readiness.ready).length,
    };
  }

  /** How one agent's row looks on the wire. */
  describe(agent: AgentName, row: PresenceRow): PresenceSession {
    const presence = judgePresence(row, this.rhythm());
    return {
      sessionId: row.sessionId,
      agentId: agent.agentId,
      email: agent.email,
      name: agent.name,
      status: presence.status,
      chosenStatus: presence.chosenStatus,
      statusReason: row.statusReason,
      loginAt: row.loginAt?.toISOString() ?? null,
      lastHeartbeat: row.lastHeartbeat?.toISOString() ?? null,
      deviceConnected: row.deviceConnected,
      maxConcurrentCalls: row.maxConcurrentCalls,
      readiness: presence.readiness,
    };
  }
}

function statisticsOf(sessions: readonly PresenceSession[]): PresenceStatistics {
  const signedIn = sessions.filter((session) => session.sessionId !== null);
  const count = (status: PresenceSession["status"]) => sessions.filter((session) => session.status === status).length;
  const scores = signedIn.reduce((sum, session) => sum + session.readiness.score, 0);
  return {
    signedIn: signedIn.length,
    ready: sessions.filter((session) => session.readiness.ready).length,
    onCall: count("on_call"),
    wrapUp: count("wrap_up"),
    away: count("away") + count("break"),
    averageScore: signedIn.length === 0 ? 0 : Math.round((scores / signedIn.length) * 10) / 10,
  };
}
