import type { Tx } from "@/lib/db/transaction";
import { unprocessable } from "@/lib/errors";
import type { Actor } from "@/lib/principal";
import type { TeamLeadsPort } from "@/modules/agents/services/teams.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { LeadRow } from "../domain/lead";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadTeamRepository } from "../repositories/lead-team.repository";
import { manyLeadsChanged } from "./lead-events";

export interface TeamNames {
  /** The team of this name, kept from being deleted until the transaction ends. */
  keepByName(tx: Tx, name: string): Promise<{ teamId: string; name: string } | undefined>;
}

/** A lead's step from one team, or everybody, to another. */
export interface TeamMove {
  teamId: string | null;
  from: string | null;
  to: string | null;
}

/** Which team leads belong to. */
export class LeadTeams implements TeamLeadsPort {
  constructor(
    private readonly names: TeamNames,
    private readonly rows: LeadTeamRepository,
    private readonly activities: LeadActivityRepository,
  ) {}

  /** What it means to give a lead to the team of this name (null: to everybody). Throws 422 unknown_team. */
  async move(tx: Tx, lead: Pick<LeadRow, "teamId" | "teamName">, name: string | null): Promise<TeamMove | undefined> {
    const team = name === null ? null : await this.names.keepByName(tx, name);
    if (team === undefined) throw unprocessable("unknown_team", `There is no team ${name}.`, { team: name });
    const teamId = team?.teamId ?? null;
    return teamId === lead.teamId ? undefined : { teamId, from: lead.teamName, to: team?.name ?? null };
  }

  async apply(tx: Tx, leadId: string, move: TeamMove): Promise<void> {
    await this.rows.set(tx, leadId, move.teamId);
  }

  async release(tx: Tx, team: { teamId: string; name: string }, limit: number, actor: Actor): Promise<number> {
    const ids = await this.rows.release(tx, team.teamId, limit);
    if (ids.length === 0) return 0;
    const changes = { team: { from: team.name, to: null } };
    await this.activities.add(
      tx,
      actor,
      ids.map((leadId) => ({ leadId, type: "updated" as const, data: { changes } })),
    );
    await writeAudit(
      tx,
      actor,
      ids.map((entityId) => ({
        action: "lead.updated",
        entityType: "lead" as const,
        entityId,
        before: { team: team.name },
        after: { team: null },
      })),
    );
    await publishLive(tx, [manyLeadsChanged(ids.length)]);
    return ids.length;
  }
}
