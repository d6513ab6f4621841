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
  maxCapacity: number;
  /** Microseconds since 1970 at which the agent was last given a lead; null when never. */
  lastAssignedAt: number | null;
}

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

/** Leads the agent still has room for; never below 0, also when over capacity. */
export function availableSlots(load: { openLeads: number; maxCapacity: number }): number {
  return Math.max(0, load.maxCapacity - load.openLeads);
}

/** Why an agent cannot be given a lead; undefined when nothing stands in the way. Capacity is asked separately. */
export function unavailableBecause(load: Pick<AgentLoad, "availability" | "disabled">): string | undefined {
  if (load.disabled) return "disabled";
  return load.availability === "active" ? undefined : load.availability;
}

/** What a manager is told when an agent is full. */
export function fullReason(load: Pick<AgentLoad, "name" | "openLeads" | "maxCapacity">): string {
  const { name, openLeads, maxCapacity } = load;
  const over = openLeads > maxCapacity ? ` (${openLeads - maxCapacity} over)` : "";
  return (
    `${name} has ${openLeads} open ${openLeads === 1 ? "lead" : "leads"} and a capacity of ${maxCapacity}${over}. ` +
    "Close or move one of them, raise the capacity, or override it with a reason."
  );
}

/** What a manager is told when an agent takes no leads at the moment. */
export function unavailableReason(load: Pick<AgentLoad, "name" | "availability" | "disabled">): string {
  if (load.disabled) return `The account of ${load.name} is switched off.`;
  return `${load.name} is ${load.availability} and takes no leads just now. Choose an active agent, or override with a reason.`;
}
