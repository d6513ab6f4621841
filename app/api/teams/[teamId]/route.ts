import { changeTeam, deleteTeam, readTeam } from "@/modules/agents/teams.schemas";
import { container, route } from "@/modules/container";

export const GET = route(readTeam, ({ principal, params }) => container().teams.read(principal, params.teamId));

export const PATCH = route(changeTeam, ({ principal, params, body, requestId }) =>
  container().teams.change(principal, params.teamId, body, requestId),
);

export const DELETE = route(deleteTeam, async ({ principal, params, requestId }) => {
  const { teamId, releasedLeads } = await container().teams.remove(principal, params.teamId, requestId);
  return { success: true, team_id: teamId, released_leads: releasedLeads };
});
