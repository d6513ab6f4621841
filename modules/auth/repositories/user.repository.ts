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

  /**
   * The people behind those of these sessions that are neither revoked, expired nor of a disabled user. It runs before
   * almost every request, so the server keeps its plan (the sub-select makes one plan good for any number of them).
   */
  async findBySessions(sessionIds: readonly string[]): Promise<SessionUser[]> {
    const rows = await this.db.$queryRaw<
      (Omit<SessionUser, "agentId"> & { agentId: string | null })[]
    >`/* named session_people */
      SELECT s."id"::text AS "sessionId", u."id"::text AS "userId", u."email", u."name", u."role"::text AS "role",
        u."time_zone" AS "timeZone", a."id"::text AS "agentId"
      FROM unnest(ARRAY(SELECT unnest(${sessionIds as string[]}::uuid[]))) AS asked(id)
        JOIN "auth_sessions" s ON s."id" = asked.id
        JOIN "users" u ON u."id" = s."user_id"
        LEFT JOIN "agents" a ON a."user_id" = u."id"
      WHERE s."revoked_at" IS NULL AND s."expires_at" > clock_timestamp() AND u."disabled_at" IS NULL`;
    return rows.map((row) => ({ ...row, agentId: row.agentId ?? undefined }));
  }

  /** Which of these sessions still stand, with the rights their people have now. */
  async findStanding(
    sessionIds: readonly string[],
  ): Promise<Map<string, { userId: string; role: Role; agentId: string | undefined }>> {
    const sessions = await this.db.authSession.findMany({
      where: {
        id: { in: [...sessionIds] },
        revokedAt: null,
        expiresAt: { gt: new Date() },
        user: { disabledAt: null },
      },
      select: { id: true, userId: true, user: { select: { role: true, agent: { select: { id: true } } } } },
    });
    return new Map(sessions.map(({ id, userId, user }) => [id, { userId, role: user.role, agentId: user.agent?.id }]));
  }

  async revokeSession(tx: Tx, sessionId: string): Promise<boolean> {
    const { count } = await tx.authSession.updateMany({
      where: { id: sessionId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count === 1;
  }
}
