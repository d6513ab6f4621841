const PREFIX = "agent_";
const IDENTITY = /^agent_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The name an agent's softphone bears at the carrier, which allows letters, digits and underscores alone. */
export function clientIdentity(agentId: string): string {
  return PREFIX + agentId.replaceAll("-", "").toLowerCase();
}

const USER_PREFIX = "user_";

/** The name of somebody who takes no calls and listens in: a supervisor's browser. */
export function supervisorIdentity(userId: string): string {
  return USER_PREFIX + userId.replaceAll("-", "").toLowerCase();
}

/** Whether a softphone's name, given as the carrier's `client:` address, is that of this agent or this person. */
export function isIdentityOf(address: string, who: { agentId: string | null; userId: string | null }): boolean {
  const identity = address.replace(/^client:/, "");
  if (who.agentId !== null && identity === clientIdentity(who.agentId)) return true;
  return who.userId !== null && identity === supervisorIdentity(who.userId);
}

/** The agent behind a softphone's name, given as the identity or as the carrier's `client:` address. */
export function agentIdOfIdentity(address: string): string | undefined {
  const parts = IDENTITY.exec(address.replace(/^client:/, ""));
  return parts?.slice(1).join("-");
}
