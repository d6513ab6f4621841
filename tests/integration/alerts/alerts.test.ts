import { beforeEach, describe, expect, it } from "vitest";
import { createAlertSide } from "@/modules/container-alerts";
import { postWebhook } from "../../support/calls/signed-webhook";
import { setClock } from "../../support/clock";
import { createAgent } from "../../support/factories/agents";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { client } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();

interface Listed {
  alerts: {
    alertId: string;
    kind: string;
    subject: string;
    title: string;
    severity: string;
    count: number;
    acknowledgedBy: string | null;
    resolvedAt: string | null;
  }[];
  unseen: { critical: number; warning: number; info: number };
  nextCursor: string | null;
}

beforeEach(async () => {
  await setClock(house.db, 0);
  await house.db.alert.deleteMany();
  await house.db.liveEvent.deleteMany();
});

async function manager() {
  const person = await createManager(house.db);
  const asker = client(person);
  const list = async (query = ""): Promise<Listed> =>
    (await asker.get<Listed & Record<string, unknown>>(`/api/alerts${query}`)).body;
  return { asker, list, person };
}

/** A house that expects a worker, whose alerts are looked for at once. */
const watched = () =>
  createAlertSide({ ...house.container.env, EXPECT_WORKER: true }, house.db, {
    system: { workerSilence: async () => (await silence())?.seconds ?? undefined },
    sealer: house.container.auditSealer,
    presence: house.container.presence,
  });
const silence = async () => {
  const rows = await house.db.$queryRaw<{ seconds: number | null }[]>`
    SELECT extract(epoch FROM evenhand_now() - max(beat_at))::float8 AS seconds FROM worker_beats`;
  return rows[0];
};

describe("an episode", () => {
  it("is one row however often it repeats, tells listeners once a while, ends when quiet, and begins anew after", async () => {
    const { alertBook } = house.container;
    const { list } = await manager();
    await Promise.all(Array.from({ length: 12 }, () => alertBook.raise("row_healed", "agent_gone")));
    await alertBook.raise("row_healed", "caller_gone");
    const { alerts, unseen } = await list();
    expect(alerts.map(({ subject, count, severity }) => [subject, count, severity])).toEqual([
      ["caller_gone", 1, "warning"],
      ["agent_gone", 12, "warning"],
    ]);
    expect(unseen).toEqual({ critical: 0, warning: 2, info: 0 });
    expect(await house.db.liveEvent.count({ where: { topic: "alert", audience: "staff" } })).toBe(2);
    expect(await alertBook.settle()).toBe(0);
    await setClock(house.db, 3_601);
    expect(await alertBook.settle()).toBe(2);
    expect((await list()).alerts).toEqual([]);
    await alertBook.raise("row_healed", "agent_gone");
    expect((await list("?state=all&limit=2")).alerts.map((alert) => alert.resolvedAt === null)).toEqual([true, false]);
    await setClock(house.db, 100 * 86_400);
    await alertBook.settle();
    await alertBook.settle();
    expect(await house.db.alert.count()).toBe(0);
  });

  it("that lasts is one thing however often it is looked at, until it is found to be over", async () => {
    const { alertBook } = house.container;
    const { list } = await manager();
    for (let look = 0; look < 3; look += 1) await alertBook.raise("carrier_circuit_open", "carrier", { look });
    await setClock(house.db, 7_200);
    await alertBook.settle();
    expect((await list()).alerts).toMatchObject([{ kind: "carrier_circuit_open", count: 1, details: { look: 2 } }]);
    await alertBook.resolve("carrier_circuit_open");
    await alertBook.resolve("carrier_circuit_open");
    expect((await list()).alerts).toEqual([]);
  });

  it("never fails who raises it", async () => {
    const book = createAlertSide(
      house.container.env,
      { $transaction: () => Promise.reject(new Error("away")) } as never,
      {
        system: { workerSilence: () => Promise.resolve(0) },
        sealer: house.container.auditSealer,
        presence: house.container.presence,
      },
    ).alertBook;
    await expect(book.raise("row_healed", "slot_held")).resolves.toBeUndefined();
  });
});

describe("managers", () => {
  it("note what they have seen: the first counts, it is audited once, and agents may not", async () => {
    const { asker, list, person } = await manager();
    await house.container.alertBook.raise("webhook_signature", "webhooks");
    const id = (await list()).alerts[0]?.alertId ?? "";
    const [first, second] = [
      await asker.post(`/api/alerts/${id}/acknowledge`),
      await (await manager()).asker.post(`/api/alerts/${id}/acknowledge`),
    ];
    const { name } = await house.db.user.findUniqueOrThrow({ where: { id: person.userId } });
    for (const answer of [first, second]) {
      expect(answer).toMatchObject({ status: 200, body: { alert: { acknowledgedBy: name } } });
    }
    expect(await house.db.auditEntry.count({ where: { entityId: id, action: "alert.acknowledged" } })).toBe(1);
    expect((await list()).unseen.warning).toBe(0);
    const agent = client(await createAgent(house.db));
    expect((await agent.get("/api/alerts")).status).toBe(403);
    expect((await agent.post(`/api/alerts/${id}/acknowledge`)).status).toBe(403);
    expect((await asker.post(`/api/alerts/${person.userId}/acknowledge`)).status).toBe(404);
  });

  it("page through them, and an edited cursor is refused", async () => {
    const { asker, list } = await manager();
    for (const subject of ["a", "b", "c", "d", "e"]) await house.container.alertBook.raise("row_healed", subject);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Listed = await list(`?limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...page.alerts.map((alert) => alert.subject));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["e", "d", "c", "b", "a"]);
    expect(await asker.get("/api/alerts?cursor=nonsense")).toMatchObject({
      status: 400,
      body: { code: "invalid_cursor" },
    });
  });
});

describe("the watch", () => {
  it("misses a worker that stops beating, through the reader alone, and sees it come back", async () => {
    const { list } = await manager();
    const { alerts } = watched();
    const principal = { role: "manager", kind: "user" } as never;
    const query = { state: "open", limit: 10 } as const;
    await house.db.workerBeat.create({ data: { id: "w", beatAt: new Date(Date.now() - 20_000) } });
    expect((await alerts.list(principal, query)).alerts).toMatchObject([
      { kind: "worker_silent", severity: "critical" },
    ]);
    await house.db.workerBeat.update({ where: { id: "w" }, data: { beatAt: new Date() } });
    await watched().alertWatch.round();
    expect((await list()).alerts).toEqual([]);
  });

  it("notices a caller who waits beside an idle agent, and nobody else's wait", async () => {
    const { list } = await manager();
    const { alertWatch } = house.container;
    const queueId = await createQueue(house.db);
    const agent = await createReadyAgent(house.db, queueId);
    const [entryId = ""] = await createWaitingCalls(house.db, queueId, 1);
    await alertWatch.round();
    expect((await list()).alerts).toEqual([]);
    await setClock(house.db, 10);
    const where = { id: agent.sessionId };
    await house.db.agentSession.update({ where, data: { status: "break" } });
    await alertWatch.round();
    expect((await list()).alerts).toEqual([]);
    const available = { status: "available" } as const;
    await house.db.agentSession.update({ where, data: { ...available, device: { problems: ["mic_denied"] } } });
    await alertWatch.round();
    expect((await list()).alerts, "an agent whose phone cannot be used").toEqual([]);
    await house.db.agentSession.update({ where, data: { ...available, device: { problems: [] } } });
    await alertWatch.round();
    expect((await list()).alerts).toMatchObject([
      {
        kind: "dispatch_late",
        subject: "Sales",
        title: expect.stringMatching(/^A caller in Sales waits .*\(1\d s\)$/),
      },
    ]);
    await house.db.queuedCall.delete({ where: { id: entryId } });
    await createWaitingCalls(house.db, await createQueue(house.db), 21);
    await alertWatch.round();
    expect((await list()).alerts.map((alert) => alert.kind)).toContain("queue_long");
  });

  it("takes many unsigned webhooks in a minute for more than a stray one", async () => {
    const { list } = await manager();
    const knock = () => postWebhook("/api/webhooks/twilio/status", { CallSid: "CA1" }, { signature: "forged" });
    for (let i = 0; i < 4; i += 1) expect((await knock()).status).toBe(403);
    expect((await list()).alerts).toEqual([]);
    expect((await knock()).status).toBe(403);
    expect((await list()).alerts).toMatchObject([{ kind: "webhook_signature", count: 1 }]);
  });

  it("finds an audit row that was changed behind the product's back", async () => {
    const { list } = await manager();
    const { alertWatch, auditSealer, alertBook } = house.container;
    await alertBook.raise("row_healed", "slot_held");
    const { asker } = await manager();
    const id = (await list()).alerts[0]?.alertId ?? "";
    await asker.post(`/api/alerts/${id}/acknowledge`);
    // Rows are sealed once no older transaction runs on the server, other databases' included.
    const unsealed = async () => {
      await auditSealer.seal();
      return (await house.db.auditEntry.count()) - (await house.db.auditSeal.count());
    };
    await expect.poll(unsealed).toBe(0);
    await alertWatch.round();
    expect((await list()).alerts.map((alert) => alert.kind)).not.toContain("audit_seal_broken");
    const victim = await house.db.auditEntry.findFirstOrThrow({ where: { entityId: id } });
    await house.db.$executeRaw`ALTER TABLE audit_log DISABLE TRIGGER USER`;
    await house.db.$executeRaw`UPDATE audit_log SET actor_label = 'nobody' WHERE id = ${victim.id}`;
    await house.db.$executeRaw`ALTER TABLE audit_log ENABLE TRIGGER USER`;
    await alertWatch.round();
    const broken = (await list()).alerts.find(({ kind }) => kind === "audit_seal_broken");
    expect(broken).toMatchObject({ subject: `row ${victim.id}` });
  });
});
