import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { Role } from "@/lib/principal";

export interface SignInUser {
  id: string;
  email: string;
  name: string;
  role: Role;
  passwordHash: string;
  disabled: boolean;
}

export interface SessionUser {
  sessionId: string;
  userId: string;
  email: string;
  name: string;
  role: Role;
  timeZone: string;
  agentId: string | undefined;
}

/** People and their sign-in sessions. */
export class UserRepository {
  constructor(private readonly db: Db) {}

  async findForSignIn(email: string): Promise<SignInUser | undefined> {
    const user = await this.db.user.findUnique({ where: { email } });
    if (!user) return undefined;
    const { id, name, role, passwordHash } = user;
    return { id, email, name, role, passwordHash, disabled: user.disabledAt !== null };
  }

  async createSession(
    tx: Tx,
    session: { id: string; userId: string; kind: "browser" | "token"; expiresAt: Date },
  ): Promise<void> {
    await tx.authSession.create({ data: session });
  }

  /** The person behind a session that is neither revoked, expired nor of a disabled user. */
  async findBySession(sessionId: string): Promise<SessionUser | undefined> {
    const session = await this.db.authSession.findUnique({
      where: { id: sessionId },
      include: { user: { include: { agent: { select: { id: true } } } } },
    });
    if (!session || session.revokedAt || session.expiresAt <= new Date() || session.user.disabledAt) return undefined;
    const { user } = session;
    return {
      sessionId,
      userId: user.id,
      email: user.email,
      name: user.name,
      role: user.role,
      timeZone: user.timeZone,
      agentId: user.agent?.id,
    };
  }

  /** Which of these sessions still stand, with the rights their people have now. */
  async findStanding(sessionIds: readonly string[]): Promise<Map<string, { role: Role; agentId: string | undefined }>> {
    const sessions = await this.db.authSession.findMany({
      where: {
        id: { in: [...sessionIds] },
        revokedAt: null,
        expiresAt: { gt: new Date() },
        user: { disabledAt: null },
      },
      select: { id: true, user: { select: { role: true, agent: { select: { id: true } } } } },
    });
    return new Map(sessions.map(({ id, user }) => [id, { role: user.role, agentId: user.agent?.id }]));
  }

  async revokeSession(tx: Tx, sessionId: string): Promise<boolean> {
    const { count } = await tx.authSession.updateMany({
      where: { id: sessionId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count === 1;
  }
}
