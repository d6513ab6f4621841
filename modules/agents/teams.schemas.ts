import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { emailField, instant, pathId, text } from "@/lib/http/fields";

const MOST_MEMBERS = 1_000;

export const teamSchema = z.strictObject({
  team_id: z.string(),
  name: z.string(),
  agents: z.array(z.strictObject({ agent_id: z.string().describe("the agent's e-mail"), name: z.string() })),
  created_at: instant,
});
export type TeamView = z.infer<typeof teamSchema>;

const params = z.strictObject({ teamId: pathId });
const teamName = text(80);
const members = z.array(emailField).max(MOST_MEMBERS).describe("e-mails; all of them, in any order");

export const listTeams = contract({
  method: "GET",
  path: "/api/teams",
  summary: "Teams of agents, by name",
  access: staff,
  response: z.strictObject({ teams: z.array(teamSchema) }),
});

export const createTeam = contract({
  method: "POST",
  path: "/api/teams",
  summary: "Make a team",
  access: staff,
  body: z.strictObject({ name: teamName, agents: members.optional() }),
  response: teamSchema,
});

export const readTeam = contract({
  method: "GET",
  path: "/api/teams/{teamId}",
  summary: "One team",
  access: staff,
  params,
  response: teamSchema,
});

export const changeTeam = contract({
  method: "PATCH",
  path: "/api/teams/{teamId}",
  summary: "Rename a team or change who is in it",
  access: staff,
  params,
  body: z
    .strictObject({ name: teamName.optional(), agents: members.optional() })
    .refine((body) => Object.keys(body).length > 0, "name name or agents"),
  response: teamSchema,
});

export const deleteTeam = contract({
  method: "DELETE",
  path: "/api/teams/{teamId}",
  summary: "Delete a team; its leads are everybody's then",
  access: staff,
  params,
  response: z.strictObject({ success: z.literal(true), team_id: z.string(), released_leads: z.int() }),
});

export const teamContracts = [listTeams, createTeam, readTeam, changeTeam, deleteTeam];
