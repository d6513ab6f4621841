import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { type Actor, actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { stepDone } from "@/lib/db/request-steps";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { TeamRepository, TeamRow } from "../repositories/team.repository";
import type { changeTeam, createTeam, TeamView } from "../teams.schemas";
import type { AgentDirectory } from "./agent-directory.service";

type CreateRequest = z.output<NonNullable<(typeof createTeam)["body"]>>;
type ChangeRequest = z.output<NonNullable<(typeof changeTeam)["body"]>>;

/** What a team's end means for leads: at most `limit` of them become everybody's. */
export interface TeamLeadsPort {
  release(tx: Tx, team: { teamId: string; name: string }, limit: number, actor: Actor): Promise<number>;
}

/** A team has more leads than one transaction releases. */
class TooMany extends Error {}

const MOST_TEAMS = 500;
/** Leads of one transaction, and transactions of one request. */
const CHUNK = 500;
const MOST_CHUNKS = 100;

/** Teams: named groups of agents whose leads are seen by and dealt to their members. */
export class TeamsService {
  constructor(
    private readonly db: Db,
    private readonly teams: TeamRepository,
    private readonly directory: Pick<AgentDirectory, "findAll">,
    private readonly leads: TeamLeadsPort,
  ) {}

  /** All teams by name (managers). */
  async list(principal: Principal): Promise<TeamView[]> {
    requireStaff(principal);
    return (await this.teams.list()).map(viewOf);
  }

  /** One team (managers). Throws 404. */
  async read(principal: Principal, teamId: string): Promise<TeamView> {
    requireStaff(principal);
    return viewOf(await this.find(teamId));
  }

  /** Makes a team (managers). Throws 404 agent_not_found, 409 team_name_taken, 422 too_many_teams. */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<TeamView> {
    requireStaff(principal);
    const members = await this.directory.findAll(request.agents ?? []);
    const teamId = newId();
    return inTransaction(
      this.db,
      async (tx) => {
        await this.teams.lockAll(tx);
        await this.refuseTaken(tx, request.name, null);
        if ((await this.teams.list(tx)).length >= MOST_TEAMS) {
          throw unprocessable("too_many_teams", `There can be ${MOST_TEAMS} teams at most.`, { max: MOST_TEAMS });
        }
        await this.teams.insert(tx, teamId, request.name);
        const agentIds = members.map(({ agentId }) => agentId);
        await this.teams.setMembers(tx, teamId, agentIds);
        const team = await this.find(teamId, tx);
        const entity = { entityType: "team" as const, entityId: teamId };
        const record = { action: "team.created", ...entity, after: factsOf(team) };
        await writeAudit(tx, { ...actorOf(principal), requestId }, [record]);
        await publishMembers(tx, agentIds);
        return viewOf(team);
      },
      { once: "create" },
    );
  }

  /**
   * Renames a team or gives it other members (managers); what it is already writes nothing. Throws 404 for an unknown
   * team or agent, 409 team_name_taken.
   */
  async change(principal: Principal, teamId: string, request: ChangeRequest, requestId?: string): Promise<TeamView> {
    requireStaff(principal);
    const members = request.agents === undefined ? undefined : await this.directory.findAll(request.agents);
    return inTransaction(
      this.db,
      async (tx) => {
        await this.teams.lockAll(tx);
        const before = await this.find(teamId, tx);
        const { name = before.name } = request;
        await this.refuseTaken(tx, name, before.teamId);
        if (name !== before.name) await this.teams.rename(tx, before.teamId, name);
        const were = before.members.map(({ agentId }) => agentId);
        const are = members?.map(({ agentId }) => agentId) ?? were;
        const moved = [...are.filter((id) => !were.includes(id)), ...were.filter((id) => !are.includes(id))];
        if (moved.length > 0) await this.teams.setMembers(tx, before.teamId, are);
        if (name === before.name && moved.length === 0) return viewOf(before);
        const after = await this.find(before.teamId, tx);
        const entity = { entityType: "team" as const, entityId: before.teamId };
        const record = { action: "team.changed", ...entity, before: factsOf(before), after: factsOf(after) };
        await writeAudit(tx, { ...actorOf(principal), requestId }, [record]);
        await publishMembers(tx, name === before.name ? moved : [...were, ...are]);
        return viewOf(after);
      },
      { once: "change" },
    );
  }

  /**
   * Deletes a team (managers); its leads are everybody's then, each with its own audit row, in chunks that stay done.
   * Throws 404; 409 team_has_leads when there are more than one request can release: asking again goes on.
   */
  async remove(
    principal: Principal,
    teamId: string,
    requestId?: string,
  ): Promise<{ teamId: string; releasedLeads: number }> {
    requireStaff(principal);
    const actor = { ...actorOf(principal), requestId };
    const done = stepDone("remove");
    if (done) return done.result as { teamId: string; releasedLeads: number };
    const team = await this.find(teamId);
    let releasedLeads = 0;
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
      const released = await inTransaction(this.db, (tx) => this.leads.release(tx, team, CHUNK, actor));
      releasedLeads += released;
      if (released === CHUNK) continue;
      const removed = await this.end(team, releasedLeads, actor);
      if (removed) return removed;
    }
    throw conflict(
      "team_has_leads",
      `${team.name} has more leads than one request can release; ${releasedLeads} are released. Ask again.`,
      { released_leads: releasedLeads },
    );
  }

  /** Deletes a team that has hardly any leads left; answers undefined when they are too many. */
  private async end(
    { teamId }: TeamRow,
    releasedBefore: number,
    actor: Actor,
  ): Promise<{ teamId: string; releasedLeads: number } | undefined> {
    try {
      return await inTransaction(
        this.db,
        async (tx) => {
          const released = await this.endLocked(tx, teamId, actor);
          // Undone and not kept for repeats: what was done is not the end.
          if (released === undefined) throw new TooMany();
          return { teamId, releasedLeads: releasedBefore + released };
        },
        { once: "remove" },
      );
    } catch (error) {
      if (error instanceof TooMany) return undefined;
      throw error;
    }
  }

  private async endLocked(tx: Tx, teamId: string, actor: Actor): Promise<number | undefined> {
    await this.teams.lockAll(tx);
    await this.teams.lockForDeletion(tx, teamId);
    const team = await this.find(teamId, tx);
    const released = await this.leads.release(tx, team, CHUNK, actor);
    if (released === CHUNK) return undefined;
    await this.teams.delete(tx, teamId);
    const entity = { entityType: "team" as const, entityId: teamId };
    await writeAudit(tx, actor, [{ action: "team.deleted", ...entity, before: factsOf(team) }]);
    await publishMembers(
      tx,
      team.members.map(({ agentId }) => agentId),
    );
    return released;
  }

  private async find(teamId: string, tx?: Tx): Promise<TeamRow> {
    const team = isId(teamId) ? await this.teams.find(teamId.toLowerCase(), tx) : undefined;
    if (!team) throw notFound("This team");
    return team;
  }

  private async refuseTaken(tx: Tx, name: string, exceptId: string | null): Promise<void> {
    if (await this.teams.isTaken(tx, name, exceptId)) {
      throw conflict("team_name_taken", `There is a team called ${name} already.`, { name });
    }
  }
}

const factsOf = (team: TeamRow) => ({ name: team.name, agents: team.members.map(({ email }) => email) });

async function publishMembers(tx: Tx, agentIds: readonly string[]): Promise<void> {
  await publishLive(
    tx,
    [...new Set(agentIds)].map((agentId) => ({ topic: "agent", audience: `agent:${agentId}`, data: { agentId } })),
  );
}

function viewOf(team: TeamRow): TeamView {
  return {
    team_id: team.teamId,
    name: team.name,
    agents: team.members.map(({ email, name }) => ({ agent_id: email, name })),
    created_at: team.createdAt.toISOString(),
  };
}
