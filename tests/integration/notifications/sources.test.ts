import { beforeEach, expect, it } from "vitest";
import { systemActor } from "@/lib/principal";
import { MOST_ATTEMPTS } from "@/modules/exports/domain/export";
import { callHouse } from "../../support/calls/call-house";
import { setClock } from "../../support/clock";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager, type TestUser } from "../../support/factories/users";
import { client, type SignedInAs } from "../../support/http";
import { checked } from "../../support/imports";

// Whatever people are told of, from the change that notes it: through the product's own routes and rounds.
const calls = callHouse();
const { house } = calls;
let manager: TestUser;

beforeEach(async () => {
  await setClock(calls.db, 0);
  await calls.db.notification.deleteMany();
  await calls.db.notificationEvent.deleteMany();
  // Whoever dials in stands in the oldest queue.
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  manager = await createManager(calls.db);
});

interface News {
  event: string;
  title: string;
  body: string | null;
  href: string;
}

async function whole(person: SignedInAs): Promise<News[]> {
  await house.container.notificationRounds.tell();
  const { body } = await client(person).get<{ notifications: News[] }>("/api/notifications");
  return body.notifications.map(({ event, title, body: more, href }) => ({ event, title, body: more, href }));
}

const told = async (person: SignedInAs): Promise<Omit<News, "body">[]> =>
  (await whole(person)).map(({ event, title, href }) => ({ event, title, href }));

/** What managers see of a job that failed, and of why. */
const reasonOf = async (kind: string, id: string): Promise<string | null> =>
  (await client(manager).get<{ job: { reason: string | null } }>(`/api/background-work/jobs/${kind}/${id}`)).body.job
    .reason;

it("a callback that was promised for later, to the agent of its lead, once for each time promised", async () => {
  const queueId = await createQueue(calls.db);
  const settings = { queueId, callsFrom: "00:00", callsUntil: "23:59" };
  await calls.db.callbackSettings.create({ data: settings });
  const agent = await createReadyAgent(calls.db, queueId);
  await calls.db.agentSession.updateMany({ where: { agentId: agent.agentId }, data: { status: "break" } });
  const leadId = await createLead(calls.db, { name: "Ava Winter", phone: "+15550123001", assignedTo: agent.agentId });
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const made = await client(manager).post("/api/callbacks", { number: "+15550123001", queueId, at });
  expect(made.status).toBe(200);
  expect(await told(agent)).toEqual([]);
  await setClock(calls.db, 3_700);
  for (let again = 0; again < 2; again += 1) await house.container.callbackRounds.round(systemActor("test"));
  const expected = [{ event: "callback_due", title: "A callback is due: Ava Winter", href: `/leads/${leadId}` }];
  expect(await told(agent)).toEqual(expected);
  expect(await told(manager)).toEqual([]);
});

it("a ring that nobody answered, to the agent whose phone it was", async () => {
  const queueId = await createQueue(calls.db);
  const agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
  const callSid = await house.callIn("+15550123002");
  await house.rings(agent.agentId);
  // A ring of which the carrier's answer is not known yet says nothing about the agent.
  await expect
    .poll(
      async () =>
        (await calls.db.carrierCommand.findFirst({ where: { kind: "ring_agent" }, orderBy: { id: "desc" } }))?.status,
    )
    .toBe("done");
  await setClock(calls.db, 60);
  await house.container.queueProcessor.expireOffers(systemActor("test"));
  const call = await calls.db.call.findUniqueOrThrow({ where: { callSid } });
  const expected = { event: "missed_call", title: "You missed a call from +15550123002", href: `/calls/${call.id}` };
  expect(await told(agent)).toEqual([expected]);
  await house.hangUp(callSid);
});

it("an export's end to whom asked for it, but not when the request itself answered with the file", async () => {
  await createLead(calls.db, { source: "exported" });
  const wish = { search: { filter: { field: "source", op: "eq", value: "exported" } }, format: "csv" };
  expect((await client(manager).post("/api/leads/bulk-export", wish)).status).toBe(200);
  expect(await told(manager)).toEqual([]);
  expect((await client(manager).post("/api/leads/bulk-export", { ...wish, as_job: true })).status).toBe(202);
  await house.container.exportJobs.work("the tests", 5);
  const expected = { event: "export", title: "Your export is ready: 1 lead as CSV", href: "/exports" };
  expect(await told(manager)).toEqual([expected]);
});

it("an export or import that failed, with the reason that the job gives; the export's end again once it is repeated", async () => {
  await createLead(calls.db, { source: "exported twice" });
  const wish = { search: { filter: { field: "source", op: "eq", value: "exported twice" } }, format: "csv" };
  const asked = await client(manager).post<{ export: { export_id: string } }>("/api/leads/bulk-export", {
    ...wish,
    as_job: true,
  });
  const { export_id: exportId } = asked.body.export;
  await calls.db.export.update({ where: { id: exportId }, data: { attempts: MOST_ATTEMPTS } });
  await house.container.exportJobs.work("the tests", 5);
  const why = await reasonOf("export", exportId);
  expect(why).toContain("each time its process ended");
  const failed = { event: "export", title: "Your export has failed", body: why, href: "/exports" };
  expect(await whole(manager)).toEqual([failed]);
  expect((await client(manager).post(`/api/background-work/jobs/export/${exportId}/retry`)).status).toBe(200);
  await house.container.exportJobs.work("the tests", 5);
  expect((await whole(manager)).map(({ title }) => title)).toContain("Your export is ready: 1 lead as CSV");

  await calls.db.notification.deleteMany();
  const inHouse = { db: calls.db, container: house.container };
  const { import_id: importId } = await checked(inHouse, manager, "name,phone\n", undefined, "clients.csv");
  const reason = await reasonOf("import", importId);
  expect(reason).toBe("Below its header the file has no rows.");
  const title = "Your import of clients.csv has failed";
  expect(await whole(manager)).toEqual([{ event: "import", title, body: reason, href: `/imports/${importId}` }]);
});

it("an alert's beginning to managers, not its repetitions", async () => {
  const agent = await createReadyAgent(calls.db, await createQueue(calls.db));
  for (let again = 0; again < 3; again += 1) {
    await house.container.alertBook.raise("queue_long", "Sales", { waiting: 21 + again });
  }
  const news = await told(manager);
  expect(news).toMatchObject([{ event: "alert", href: "/alerts" }]);
  expect(news[0]?.title).toMatch(/Sales/);
  expect(await told(agent)).toEqual([]);
});
