import { encode } from "next-auth/jwt";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newId } from "@/lib/ids";
import { createAgent } from "@/tests/support/factories/agents";
import { createUser, TEST_PASSWORD, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ overrides: { SIGN_IN_LIMIT: "4" } });

const signIn = (email: string, password = TEST_PASSWORD) =>
  client().post<{ access_token: string; expires_in: number; code?: string }>("/api/auth/token", { email, password });
const ping = (headers: Record<string, string>) => client().get("/api/ping", { headers });
/** Moves this process's clock on by as long as it may trust what it read of a session. */
const aSecondLater = () => vi.setSystemTime(Date.now() + 1_000);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

afterEach(() => void vi.useRealTimers());

async function cookieOf(user: TestUser): Promise<{ cookie: string; sessionId: string }> {
  const sessionId = newId();
  const expiresAt = new Date(Date.now() + 3_600_000);
  await house.db.authSession.create({ data: { id: sessionId, userId: user.userId, kind: "browser", expiresAt } });
  const token = await encode({ token: { sid: sessionId }, secret: house.container.env.AUTH_SECRET });
  return { cookie: `next-auth.session-token=${token}`, sessionId };
}

describe("POST /api/auth/token", () => {
  it("gives a token that works, and writes that it did", async () => {
    const user = await createUser(house.db);
    const { status, body } = await signIn(user.email.toUpperCase());
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3_600 });
    expect((await ping(bearer(body.access_token))).status).toBe(200);
    const audit = await house.db.auditEntry.findFirstOrThrow({ where: { actorId: user.userId } });
    expect(audit).toMatchObject({ action: "auth.signed_in", after: { kind: "token" } });
    expect(JSON.stringify(audit, (_key, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      TEST_PASSWORD,
    );
  });

  it("refuses a wrong password, an unknown address and a disabled person in the same words", async () => {
    const user = await createUser(house.db);
    const disabled = await createUser(house.db);
    await house.db.user.update({ where: { id: disabled.userId }, data: { disabledAt: new Date() } });
    const answers = [
      await signIn(user.email, "wrong"),
      await signIn("nobody@evenhand.test"),
      await signIn(disabled.email),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: "wrong_credentials", detail: "The e-mail address and password do not fit." });
    }
  });

  it("slows down who guesses: 429 with Retry-After, even for the right password; others are not held up", async () => {
    const [user, other] = [await createUser(house.db), await createUser(house.db)];
    for (let attempt = 0; attempt < 4; attempt += 1) expect((await signIn(user.email, "guess")).status).toBe(401);
    const refused = await signIn(user.email);
    expect(refused).toMatchObject({ status: 429, body: { code: "too_many_attempts" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(other.email)).status).toBe(200);
  });

  it("forgets earlier failures with a success", async () => {
    const user = await createUser(house.db);
    for (let round = 0; round < 3; round += 1) {
      expect((await signIn(user.email, "typo")).status).toBe(401);
      expect((await signIn(user.email, "typo")).status).toBe(401);
      expect((await signIn(user.email)).status).toBe(200);
    }
  });
});

describe("a sign-in session", () => {
  it("that is revoked ends within a second, for its token alone", async () => {
    const user = await createUser(house.db);
    const [one, two] = [(await signIn(user.email)).body.access_token, (await signIn(user.email)).body.access_token];
    expect((await ping(bearer(one))).status).toBe(200);
    const [first] = await house.db.authSession.findMany({
      where: { userId: user.userId },
      orderBy: { createdAt: "asc" },
    });
    await house.container.signIn.signOut(first?.id ?? "");
    aSecondLater();
    expect((await ping(bearer(one))).status).toBe(401);
    expect((await ping(bearer(two))).status).toBe(200);
  });

  it("ends when its person is disabled, and changes rights when their role does", async () => {
    const user = await createUser(house.db, { role: "manager" });
    const token = (await signIn(user.email)).body.access_token;
    const agents = () => client().get("/api/agents", { headers: bearer(token) });
    expect((await agents()).status).toBe(200);
    await house.db.user.update({ where: { id: user.userId }, data: { role: "agent" } });
    aSecondLater();
    expect((await agents()).status).toBe(403);
    await house.db.user.update({ where: { id: user.userId }, data: { disabledAt: new Date() } });
    aSecondLater();
    expect((await agents()).status).toBe(401);
  });

  it("is told from others who ask at the same moment", async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => createAgent(house.db)));
    const cookies = await Promise.all(people.map(cookieOf));
    const beat = (agentId: string, cookie: string) => {
      const body = { agentId, deviceConnected: true, currentStatus: "available" };
      return client().post<{ session: { agentId: string } }>("/api/agent-heartbeat", body, { headers: { cookie } });
    };
    const answers = await Promise.all(people.map(({ agentId }, at) => beat(agentId, cookies[at]?.cookie ?? "")));
    expect(answers.map(({ body }) => body.session.agentId)).toEqual(people.map(({ agentId }) => agentId));
    const another = await beat(people[0]?.agentId ?? "", cookies[1]?.cookie ?? "");
    expect(another.status).toBe(403);
  });

  it("that has run out is nobody's", async () => {
    const user = await createUser(house.db);
    const token = (await signIn(user.email)).body.access_token;
    await house.db.authSession.updateMany({ where: { userId: user.userId }, data: { expiresAt: new Date(0) } });
    expect((await ping(bearer(token))).status).toBe(401);
  });

  it("cannot be made up: another secret's token is nobody's", async () => {
    const user = await createUser(house.db);
    const { sessionId } = await cookieOf(user);
    const forged = await encode({ token: { sid: sessionId }, secret: "somebody else's secret of this length" });
    expect((await ping({ cookie: `next-auth.session-token=${forged}` })).status).toBe(401);
  });
});

describe("the browser's cookie", () => {
  it("signs requests of the own page and of allowed origins, but no other site's writes", async () => {
    const agent = await createAgent(house.db);
    const { cookie } = await cookieOf(agent);
    const beat = (headers: Record<string, string>) =>
      client().post(
        "/api/agent-heartbeat",
        { agentId: agent.agentId, deviceConnected: true, currentStatus: "available" },
        { headers: { cookie, host: "127.0.0.1:3000", ...headers } },
      );
    expect((await ping({ cookie })).status).toBe(200);
    expect((await beat({})).status).toBe(200);
    expect((await beat({ origin: "http://127.0.0.1:3000" })).status).toBe(200);
    expect((await beat({ origin: "https://partner.example" })).status).toBe(200);
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1:3000.evil.example"]) {
      expect((await beat({ origin })).status, origin).toBe(403);
    }
  });

  it("is also read when it came in parts", async () => {
    const { cookie } = await cookieOf(await createUser(house.db));
    const value = cookie.slice(cookie.indexOf("=") + 1);
    const parts = [value.slice(0, 80), value.slice(80)];
    const split = parts.map((part, index) => `next-auth.session-token.${index}=${part}`).join("; ");
    expect((await ping({ cookie: `theme=dark; ${split}` })).status).toBe(200);
  });
});
