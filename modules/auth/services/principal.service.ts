import { jwtVerify, SignJWT } from "jose";
import { decode } from "next-auth/jwt";
import { Coalescer } from "@/lib/coalesce";
import { isId } from "@/lib/ids";
import type { Principal } from "@/lib/principal";
import type { SessionUser, UserRepository } from "../repositories/user.repository";

/** How long a checked session is trusted without asking the database again: revoking takes at most this long. */
const SESSION_CACHE_MS = 1_000;
/** Above the softphones of a large house: with fewer places, each of their beats would decrypt its cookie anew. */
const CACHE_LIMIT = 20_000;
/** Sessions asked for by one statement, and those that may wait for the next one. */
const BATCH = 200;
const MOST_WAITING = 5_000;
const COOKIE_NAMES = ["next-auth.session-token", "__Secure-next-auth.session-token"];
const ISSUER = "evenhand";

interface Cached {
  until: number;
  principal: Promise<Principal | undefined>;
}

/** Tells who sends a request: by next-auth's session cookie or by a bearer token of POST /api/auth/token. */
export class PrincipalService {
  private readonly key: Uint8Array;
  /** Credential text -> session id. Decrypting a cookie costs more than the rest of a beat. */
  private readonly sessionIds = new Map<string, { sessionId: string; until: number }>();
  private readonly principals = new Map<string, Cached>();
  /** A house of softphones asks for another person with each beat: those who come together are one statement. */
  private readonly lookups: Coalescer<string, SessionUser | undefined>;

  constructor(
    private readonly users: UserRepository,
    private readonly secret: string,
  ) {
    this.key = new TextEncoder().encode(secret);
    this.lookups = new Coalescer(
      (sessionId) => sessionId,
      (sessionIds) => this.findAll(sessionIds),
      { batch: BATCH, most: MOST_WAITING },
    );
  }

  async authenticate(request: Request): Promise<{ principal: Principal; by: "cookie" | "bearer" } | undefined> {
    const authorization = request.headers.get("authorization");
    const by = authorization === null ? "cookie" : "bearer";
    const credential = authorization === null ? sessionCookie(request.headers.get("cookie")) : bearerOf(authorization);
    if (credential === undefined) return undefined;
    const sessionId = await this.sessionIdOf(credential, by);
    if (sessionId === undefined) return undefined;
    const principal = await this.principalOf(sessionId);
    return principal && { principal, by };
  }

  /** A bearer token bound to a session, so that revoking the session ends the token too. */
  async issueBearer(sessionId: string, expiresInSeconds: number): Promise<string> {
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(ISSUER)
      .setIssuedAt()
      .setExpirationTime(`${expiresInSeconds}s`)
      .sign(this.key);
  }

  /** The person of a session, at most one second old. */
  async principalOf(sessionId: string): Promise<Principal | undefined> {
    const known = this.principals.get(sessionId);
    if (known && known.until > Date.now()) return known.principal;
    const principal = this.load(sessionId);
    bound(this.principals);
    this.principals.set(sessionId, { until: Date.now() + SESSION_CACHE_MS, principal });
    principal.catch(() => this.principals.delete(sessionId));
    return principal;
  }

  private async load(sessionId: string): Promise<Principal | undefined> {
    const user = await this.lookups.submit(sessionId);
    return user && { kind: "user", ...user };
  }

  private async findAll(sessionIds: readonly string[]): Promise<(SessionUser | undefined)[]> {
    const found = new Map((await this.users.findBySessions(sessionIds)).map((user) => [user.sessionId, user]));
    return sessionIds.map((sessionId) => found.get(sessionId));
  }

  private async sessionIdOf(credential: string, by: "cookie" | "bearer"): Promise<string | undefined> {
    const known = this.sessionIds.get(credential);
    if (known && known.until > Date.now()) return known.sessionId;
    this.sessionIds.delete(credential);
    const claims = by === "cookie" ? await this.readCookie(credential) : await this.readBearer(credential);
    const sessionId = claims?.sid;
    if (typeof sessionId !== "string" || !isId(sessionId)) return undefined;
    bound(this.sessionIds);
    this.sessionIds.set(credential, { sessionId, until: Number(claims?.exp ?? 0) * 1_000 });
    return sessionId;
  }

  private async readCookie(token: string): Promise<Record<string, unknown> | undefined> {
    try {
      return (await decode({ token, secret: this.secret })) ?? undefined;
    } catch {
      return undefined; // A cookie of another installation, or a forged one: nobody is signed in.
    }
  }

  private async readBearer(token: string): Promise<Record<string, unknown> | undefined> {
    try {
      return (await jwtVerify(token, this.key, { issuer: ISSUER, algorithms: ["HS256"] })).payload;
    } catch {
      return undefined; // Expired, forged, or not a token at all: the wrapper answers 401.
    }
  }
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

/** next-auth splits a long cookie into numbered parts. */
function sessionCookie(header: string | null): string | undefined {
  if (header === null) return undefined;
  const cookies = new Map(
    header.split(/;\s*/).map((pair): [string, string] => {
      const cut = pair.indexOf("=");
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
  for (const name of COOKIE_NAMES) {
    const whole = cookies.get(name);
    if (whole) return whole;
    let joined = "";
    for (let part = 0; part < 10; part += 1) {
      const next = cookies.get(`${name}.${part}`);
      if (next === undefined) break;
      joined += next;
    }
    if (joined) return joined;
  }
  return undefined;
}

/** Forgets the oldest entries, so that strangers' tokens cannot fill the memory. */
function bound(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size < CACHE_LIMIT) return;
    map.delete(key);
  }
}
