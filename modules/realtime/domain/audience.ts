import type { Role } from "@/lib/principal";

/** Whom a listener is, as far as hearing goes. */
export interface Hearer {
  role: Role;
  agentId: string | undefined;
}

/** Whether a listener may hear an event: staff hear everything, agents what is for everyone or for themselves. */
export function hears(listener: Hearer, audience: string): boolean {
  if (listener.role === "admin" || listener.role === "manager") return true;
  return audience === "everyone" || (listener.agentId !== undefined && audience === `agent:${listener.agentId}`);
}
