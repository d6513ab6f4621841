const PREFIX = "agent_";
const IDENTITY = /^agent_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The name an agent's softphone bears at the carrier, which allows letters, digits and underscores alone. */
export function clientIdentity(agentId: string): string {
  return PREFIX + agentId.replaceAll("-", "").toLowerCase();
}

/** The agent behind a softphone's name, given as the identity or as the carrier's `client:` address. */
export function agentIdOfIdentity(address: string): string | undefined {
  const parts = IDENTITY.exec(address.replace(/^client:/, ""));
  return parts?.slice(1).join("-");
}
