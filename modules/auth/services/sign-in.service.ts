import { hash, verify } from "@node-rs/argon2";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { UserRepository } from "../repositories/user.repository";

const SESSION_SECONDS = { browser: 12 * 3_600, token: 3_600 } as const;
const WINDOW_SECONDS = 300;

export interface SignedIn {
  sessionId: string;
  userId: string;
  email: string;
  name: string;
  expiresInSeconds: number;
}

/** Checks credentials and opens a session. An unknown address costs as much time as a wrong password. */
export class SignInService {
  private readonly attempts: RateLimiterMemory;
  private decoy: Promise<string> | undefined;

  constructor(
    private readonly db: Db,
    private readonly users: UserRepository,
    attemptsPerWindow: number,
  ) {
    this.attempts = new RateLimiterMemory({ points: attemptsPerWindow, duration: WINDOW_SECONDS });
  }

  /**
   * Opens a session for the person with this e-mail and password.
   * Throws 429 after too many attempts for the address, 401 when they do not fit.
   */
  async signIn(email: string, password: string, kind: "browser" | "token"): Promise<SignedIn> {
    await this.countAttempt(email);
    const user = await this.users.findForSignIn(email);
    this.decoy ??= hash("a password nobody has");
    const fits = await verify(user?.passwordHash ?? (await this.decoy), password);
    if (!user || !fits || user.disabled) {
      throw new AppError(401, "wrong_credentials", "The e-mail address and password do not fit.");
    }
    await this.attempts.delete(email);
    const sessionId = newId();
    const seconds = SESSION_SECONDS[kind];
    await inTransaction(this.db, async (tx) => {
      const expiresAt = new Date(Date.now() + seconds * 1_000);
      await this.users.createSession(tx, { id: sessionId, userId: user.id, kind, expiresAt });
      await writeAudit(tx, { type: "user", id: user.id, label: email }, [
        { action: "auth.signed_in", entityType: "auth_session", entityId: sessionId, after: { kind } },
      ]);
    });
    return { sessionId, userId: user.id, email: user.email, name: user.name, expiresInSeconds: seconds };
  }

  /** Ends a session; harmless when it has ended already. */
  async signOut(sessionId: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      if (!(await this.users.revokeSession(tx, sessionId))) return;
      await writeAudit(tx, { type: "system", id: undefined, label: "sign-out" }, [
        { action: "auth.signed_out", entityType: "auth_session", entityId: sessionId },
      ]);
    });
  }

  private async countAttempt(email: string): Promise<void> {
    try {
      await this.attempts.consume(email);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.ceil(refused.msBeforeNext / 1_000);
      throw new AppError(429, "too_many_attempts", `Too many attempts; wait ${seconds} s.`, {}, seconds);
    }
  }
}
