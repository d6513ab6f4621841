import { afterEach, describe, expect, it, vi } from "vitest";
import { contractTable } from "@/modules/contract-table";
import { setClock } from "@/tests/support/clock";
import { createAgent } from "@/tests/support/factories/agents";
import { createManager, createUser } from "@/tests/support/factories/users";
import { METRICS_TOKEN } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { CarrierHealthRepository } from "@/modules/twilio-voice/repositories/carrier-health.repository";

// Health as it is with a worker beside the web process.
const house = testHouse({ overrides: { EXPECT_WORKER: "1" } });

const workerBeats = () => house.db.$executeRaw`
  INSERT INTO worker_beats (id, beat_at) VALUES ('w', evenhand_now()) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at`;

afterEach(() => setClock(house.db, 0));

describe("GET /api/health", () => {
  it("is 503 until a worker has been heard of, ok while it is, and 503 when it falls silent", async () => {
    const before = await client().get("/api/health");
    expect(before).toMatchObject({
      status: 503,
      body: { code: "unhealthy", parts: { database: "ok", worker: "down" } },
    });
    await workerBeats();
    expect(await client().get("/api/health")).toMatchObject({
      status: 200,
      body: { status: "ok", database: "ok", worker: "ok", files: "ok" },
    });
    await setClock(house.db, 8);
    expect((await client().get("/api/health")).status).toBe(200);
    await setClock(house.db, 16);
    expect((await client().get("/api/health")).status).toBe(503);
  });

  it("names the database when that is what is away", async () => {
    vi.spyOn(house.db, "$queryRaw").mockRejectedValue(new Error("connection refused"));
    const answer = await client().get("/api/health");
    expect(answer).toMatchObject({ status: 503, body: { parts: { database: "down" } } });
    expect(answer.headers.get("retry-after")).toBe("2");
  });
});

describe("GET /api/ready", () => {
  it("is yes with all migrations, and names the one that is missing", async () => {
    expect(await client().get("/api/ready")).toMatchObject({ status: 200, body: { status: "ready" } });
    await house.db.$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = now()`;
    const behind = await client().get<{ detail: string }>("/api/ready");
    expect(behind.status).toBe(503);
    expect(behind.body.detail).toContain("_init");
    await house.db.$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = NULL`;
  });
});

describe("GET /api/metrics", () => {
  it("gives Prometheus text to who has the token, true to the database", async () => {
    expect((await client(await createManager(house.db)).get("/api/metrics")).status).toBe(401);
    const agent = await createAgent(house.db);
    const beat = { agentId: agent.agentId, deviceConnected: true, currentStatus: "available" };
    await client(agent).post("/api/agent-heartbeat", beat);
    const scrape = () =>
      client().get<string>("/api/metrics", { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    const first = await scrape();
    expect(first.headers.get("content-type")).toContain("text/plain");
    const figure = (text: string, name: string) => Number(new RegExp(`^evenhand_${name} (.+)$`, "m").exec(text)?.[1]);
    expect(figure(first.body, "agents_signed_in")).toBe(1);
    expect(figure(first.body, "agents_ready")).toBe(1);
    expect(figure(first.body, "calls_waiting")).toBe(0);
    expect(figure(first.body, "carrier_commands_open")).toBe(0);
    expect(figure(first.body, "audit_unsealed")).toBe(1);
    // Other test files write on the same server: the row may have to wait for a transaction of theirs.
    await vi.waitFor(async () => expect(await house.container.auditSealer.seal()).toBe(1), { timeout: 60_000 });
    await client(agent).post("/api/agent-heartbeat", { ...beat, deviceConnected: false });
    const heals = new CarrierHealthRepository(house.db);
    for (let i = 0; i < 2; i += 1) await heals.countHeal("agent_gone");
    const second = (await scrape()).body;
    expect(figure(second, "agents_ready")).toBe(0);
    expect(figure(second, "audit_unsealed")).toBe(0);
    expect(figure(second, 'rows_healed_total\\{kind="agent_gone"\\}')).toBe(2);
    for (const line of second.split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) evenhand_\w+ .+|evenhand_\w+(\{kind="\w+"\})? [\d.e+-]+)?$/);
  });
});

interface Operation {
  security: object[];
  "x-roles"?: string[];
  responses: Record<string, { headers?: object; content?: Record<string, { schema: { properties?: object } }> }>;
}

describe("GET /api/openapi.json", () => {
  it("describes every route of the table with its security", async () => {
    const { status, body } = await client().get<{
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    }>("/api/openapi.json");
    expect(status).toBe(200);
    expect(body.openapi).toBe("3.1.0");
    for (const { method, path, access } of contractTable) {
      const operation = body.paths[path]?.[method.toLowerCase()];
      expect(operation, `${method} ${path}`).toBeDefined();
      expect(operation?.security.length === 0).toBe(access.kind === "public");
      if (access.kind === "roles") expect(operation?.["x-roles"]).toEqual(access.roles);
    }
    const answers = (method: string, path: string) =>
      Object.entries(body.paths[path]?.[method]?.responses ?? {}).flatMap(([status, { content }]) => {
        const fields = content?.["application/json"]?.schema.properties;
        return fields ? [[Number(status), Object.keys(fields)]] : [];
      });
    const accepted = ["success", "plan_id", "state", "total_leads", "status_url"];
    expect(answers("post", "/api/leads/bulk-update")).toEqual([
      [200, ["success", "updated_count", "failed_count", "results"]],
      [202, accepted],
    ]);
    expect(answers("post", "/api/leads/bulk-assign")).toEqual([
      [200, ["success", "assignments", "summary", "failures"]],
      [202, accepted],
    ]);
    const plan = ["success", "plan"];
    expect(answers("post", "/api/bulk-plans")).toEqual([
      [201, plan],
      [202, plan],
    ]);
    for (const verb of ["apply", "undo", "cancel"]) {
      expect(answers("post", `/api/bulk-plans/{planId}/${verb}`)).toEqual([
        [200, plan],
        [202, plan],
      ]);
    }
    expect(body.paths["/api/leads/bulk-assign"]?.post?.responses["202"]?.headers).toHaveProperty("bulk-plan-id");
  });
});

describe("GET /api/voice/token", () => {
  it("gives an agent a token for its own softphone, an hour long", async () => {
    const agent = await createAgent(house.db);
    const { status, body } = await client(agent).get<{ token: string; identity: string; expiresAt: string }>(
      "/api/voice/token",
    );
    expect(status).toBe(200);
    expect(body.identity).toBe(`agent_${agent.agentId.replaceAll("-", "")}`);
    expect(body.identity).toMatch(/^[A-Za-z0-9_]{1,121}$/);
    expect(body).toMatchObject({ signalUrl: null });
    const claims = JSON.parse(Buffer.from(body.token.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({
      sub: house.container.env.TWILIO_ACCOUNT_SID,
      iss: house.container.env.TWILIO_API_KEY_SID,
      grants: {
        identity: body.identity,
        voice: { incoming: { allow: true }, outgoing: { application_sid: house.container.env.TWILIO_APP_SID } },
      },
    });
    const seconds = claims.exp - Date.now() / 1_000;
    expect(seconds).toBeGreaterThan(3_590);
    expect(seconds).toBeLessThanOrEqual(3_601);
    expect(Math.abs(Date.parse(body.expiresAt) / 1_000 - claims.exp)).toBeLessThan(2);
  });

  it("gives supervisors one of their own, and none to others who take no calls", async () => {
    const supervisor = await client(await createManager(house.db)).get("/api/voice/token");
    expect(supervisor).toMatchObject({ status: 200, body: { identity: expect.stringMatching(/^user_[0-9a-f]{32}$/) } });
    const nobody = await client(await createUser(house.db, { role: "agent" })).get("/api/voice/token");
    expect(nobody).toMatchObject({ status: 409, body: { code: "not_an_agent" } });
  });
});
