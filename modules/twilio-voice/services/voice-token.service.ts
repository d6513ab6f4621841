import { conflict } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import { clientIdentity, supervisorIdentity } from "../domain/client-identity";

/** Seconds; the softphone renews its token before it runs out. */
const TTL_SECONDS = 3_600;

/** Makes an access token of the carrier. */
export interface AccessTokenSigner {
  sign(identity: string, ttlSeconds: number): string;
}

export interface VoiceToken {
  token: string;
  identity: string;
  expiresAt: string;
  signalUrl: string | null;
}

/** Gives agents the token their softphone registers with. */
export class VoiceTokenService {
  constructor(
    private readonly signer: AccessTokenSigner,
    private readonly signalUrl: string | undefined,
  ) {}

  /** A token for the asking agent, or for a supervisor who listens in. Throws 409 for everybody else. */
  issue(principal: Principal): VoiceToken {
    if (principal.agentId === undefined && !isStaff(principal)) {
      throw conflict("not_an_agent", "Only agents have a softphone; your account takes no calls.");
    }
    const identity =
      principal.agentId === undefined ? supervisorIdentity(principal.userId) : clientIdentity(principal.agentId);
    // The web process's clock is right here: the carrier, not a lease of ours, judges the token, by its own clock.
    const expiresAt = new Date(Date.now() + TTL_SECONDS * 1_000).toISOString();
    return {
      token: this.signer.sign(identity, TTL_SECONDS),
      identity,
      expiresAt,
      signalUrl: this.signalUrl ?? null,
    };
  }
}
