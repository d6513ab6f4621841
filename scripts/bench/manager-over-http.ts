import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { createManager } from "@/tests/support/factories/users";
import type { Answer } from "@/tests/support/http";

const HOUR_MS = 3_600_000;
const DEADLINE_MS = 120_000;

/** A manager who asks over HTTP with a bearer token. */
export interface ManagerOverHttp {
  get<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
}

/** Signs a new manager in at the server at `address`, whose tokens are signed with `authSecret`; good for an hour. */
export async function managerOverHttp(db: Db, address: string, authSecret: string): Promise<ManagerOverHttp> {
  const manager = await createManager(db);
  const sessionId = newId();
  const expiresAt = new Date(Date.now() + HOUR_MS);
  await db.authSession.create({ data: { id: sessionId, userId: manager.userId, kind: "token", expiresAt } });
  const principals = new PrincipalService(new UserRepository(db), authSecret);
  const token = await principals.issueBearer(sessionId, HOUR_MS / 1_000);
  const ask = async <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await fetch(new URL(path, address), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  };
  return { get: (path) => ask("GET", path), post: (path, body) => ask("POST", path, body) };
}
