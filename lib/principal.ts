import { forbidden } from "./errors";

export type Role = "admin" | "manager" | "agent";

/** Who asks: a signed-in person (or their token). agentId is set for those who take leads and calls. */
export interface Principal {
  kind: "user";
  userId: string;
  sessionId: string;
  email: string;
  name: string;
  role: Role;
  agentId: string | undefined;
  timeZone: string;
}

/** Whose name an audit row bears. */
export interface Actor {
  type: "user" | "system" | "carrier" | "cron";
  id: string | undefined;
  label: string;
  requestId?: string | undefined;
}

export const systemActor = (label: string): Actor => ({ type: "system", id: undefined, label });

export function actorOf(principal: Pick<Principal, "userId" | "email">): Actor {
  return { type: "user", id: principal.userId, label: principal.email };
}

/** Managers and admins see and change everything that is about leads, agents and calls. */
export function isStaff(principal: Principal): boolean {
  return principal.role === "admin" || principal.role === "manager";
}

/** Throws 403 unless the asker is a manager or admin. */
export function requireStaff(principal: Principal): void {
  if (!isStaff(principal)) throw forbidden("Only managers and admins may do this.");
}
