import { createTeam, listTeams } from "@/modules/agents/teams.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listTeams, async ({ principal }) => ({ teams: await container().teams.list(principal) }));

export const POST = route(createTeam, ({ principal, body, requestId }) =>
  container().teams.create(principal, body, requestId),
);
