import { isStaff, type Principal } from "@/lib/principal";

/**
 * Who may see and change what of a lead. Managers and admins: every lead, every field. Agents:
 *
 * - see their own leads, and those nobody has that belong to no team or to one of theirs; any other lead does not exist
 *   for them (404);
 * - change the facts a conversation brings up (name, phone, email, disposition, priority, tags, follow_up_on) of their own leads;
 * - write notes on every lead they see;
 * - create leads, which begin without an agent: to whom a lead goes is a manager's decision, within capacity;
 * - never assign, reassign, change in bulk, remove, or change a lead's source or team: where a lead came from
 *   is what campaigns are paid by.
 */
export const agentFields = ["name", "phone", "email", "disposition", "priority", "tags", "follow_up_on"] as const;

export interface OwnedLead {
  assignedAgentId: string | null;
}

export interface TeamLead extends OwnedLead {
  teamId: string | null;
}

/** Whether this person sees the lead; `teamIds` are the teams their agent belongs to. */
export function maySee(principal: Principal, lead: TeamLead, teamIds: readonly string[]): boolean {
  if (isStaff(principal) || isOwn(principal, lead)) return true;
  return lead.assignedAgentId === null && (lead.teamId === null || teamIds.includes(lead.teamId));
}

/** Whether what this person writes on the lead is work of its agent, or of an agent on a lead that nobody has. */
export function isWork(principal: Principal, lead: OwnedLead): boolean {
  return principal.agentId !== undefined && (lead.assignedAgentId === null || isOwn(principal, lead));
}

/** The fields among `fields` that this person may not change on this lead. */
export function forbiddenFields(principal: Principal, lead: OwnedLead, fields: readonly string[]): string[] {
  if (isStaff(principal)) return [];
  if (!isOwn(principal, lead)) return [...fields];
  const allowed: readonly string[] = agentFields;
  return fields.filter((field) => !allowed.includes(field));
}

function isOwn(principal: Principal, lead: OwnedLead): boolean {
  return principal.agentId !== undefined && principal.agentId === lead.assignedAgentId;
}
