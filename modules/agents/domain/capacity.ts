export type Availability = "active" | "busy" | "away" | "offline";

/** An agent as far as taking leads is concerned. */
export interface AgentLoad {
  agentId: string;
  userId: string;
  email: string;
  name: string;
  availability: Availability;
  /** The account was switched off. */
  disabled: boolean;
  /** Open leads, as the database counts them. */
  openLeads: number;
  /** Places that plans under way have been promised and have not used yet: load to everyone but those plans. */
  reserved: number;
  maxCapacity: number;
  /** Microseconds since 1970 at which the agent was last given a lead; null when never. */
  lastAssignedAt: number | null;
}

/** What is asked of an agent before it is given a lead. */
export type LoadFacts = Pick<
  AgentLoad,
  "email" | "name" | "availability" | "disabled" | "openLeads" | "reserved" | "maxCapacity"
>;

export interface Capacity {
  /** Open leads. */
  current: number;
  max: number;
  /** current of max, rounded to a whole number; above 100 when over capacity. An agent with no room at all is at 100. */
  percentage: number;
}

export function capacityOf(load: { openLeads: number; maxCapacity: number }): Capacity {
  const { openLeads: current, maxCapacity: max } = load;
  return { current, max, percentage: max === 0 ? 100 : Math.round((current / max) * 100) };
}

/** Leads the agent still has room for, promised places taken off; never below 0, also when over capacity. */
export function availableSlots(load: { openLeads: number; reserved: number; maxCapacity: number }): number {
  return Math.max(0, load.maxCapacity - load.reserved - load.openLeads);
}

/** Why an agent cannot be given a lead; undefined when nothing stands in the way. Capacity is asked separately. */
export function unavailableBecause(load: Pick<AgentLoad, "availability" | "disabled">): string | undefined {
  if (load.disabled) return "disabled";
  return load.availability === "active" ? undefined : load.availability;
}

/** What a manager is told when an agent is full. `mayOverride`: whether what they asked for has an override. */
export function fullReason(
  load: Pick<AgentLoad, "name" | "openLeads" | "reserved" | "maxCapacity">,
  mayOverride: boolean,
): string {
  const { name, openLeads, reserved, maxCapacity } = load;
  const over = openLeads > maxCapacity ? ` (${openLeads - maxCapacity} over)` : "";
  const promised = reserved > 0 ? `, ${reserved} more promised to bulk work under way,` : "";
  const remedy = mayOverride
    ? "Close or move one of them, raise the capacity, or override it with a reason."
    : "Close or move one of them, raise the capacity, or choose another agent.";
  return (
    `${name} has ${openLeads} open ${openLeads === 1 ? "lead" : "leads"}${promised} and a capacity of ` +
    `${maxCapacity}${over}. ${remedy}`
  );
}

/** What a manager is told when an agent takes no leads at the moment. */
export function unavailableReason(
  load: Pick<AgentLoad, "name" | "availability" | "disabled">,
  mayOverride: boolean,
): string {
  if (load.disabled) return `The account of ${load.name} is switched off.`;
  const remedy = mayOverride ? "Choose an active agent, or override with a reason." : "Choose an active agent.";
  return `${load.name} is ${load.availability} and takes no leads just now. ${remedy}`;
}
