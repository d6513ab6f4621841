import type { Role } from "@/lib/principal";

/** Whom a listener is, as far as hearing goes. */
export interface Hearer {
  userId: string;
  role: Role;
  agentId: string | undefined;
}

/** Whether a listener may hear an event: staff hear everything but what is for another person alone, agents what is for everyone or for themselves. */
export function hears(listener: Hearer, audience: string): boolean {
  if (audience.startsWith("user:")) return audience === `user:${listener.userId}`;
  if (listener.role === "admin" || listener.role === "manager") return true;
  return audience === "everyone" || (listener.agentId !== undefined && audience === `agent:${listener.agentId}`);
}
