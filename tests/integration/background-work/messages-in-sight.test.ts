import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { BackgroundState, JobView } from "@/modules/background-work/schemas";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { setClock } from "@/tests/support/clock";
import { createAgent } from "@/tests/support/factories/agents";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { MailServer } from "@/tests/support/mail-server";
import { testHouse } from "@/tests/support/test-house";

const server = new MailServer();
await server.start();
const house = testHouse({ overrides: { SMTP_URL: server.url } });
const PATH = "/api/background-work/jobs";
let manager: TestUser;
let admin: TestUser;
let clock = 0;

beforeAll(async () => {
  manager = await createManager(house.db);
  admin = await createAdmin(house.db);
});
afterAll(() => server.stop());

const later = (seconds: number) => setClock(house.db, (clock += seconds));
const jobs = async (state: string, by = manager) =>
  (await client(by).get<{ jobs: JobView[]; failed: number }>(`${PATH}?state=${state}`)).body;
const drain = () =>
  client().get<{ sent: number }>("/api/cron/notifications", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
const retry = (id: string, by: TestUser = manager) => client(by).post(`${PATH}/message/${id}/retry`);
const note = () => {
  const data = { importId: newId(), userId: manager.userId, failed: false, created: 3, left: 0 };
  return house.db.$transaction((tx) => noteEvents(tx, [{ event: "import_ended", source: newId(), data }]));
};

it("messages that do not get through stand among the background work, with their reason, and are tried again there", async () => {
  const { name } = await house.db.user.findUniqueOrThrow({ where: { id: manager.userId } });
  server.manner = "greylists";
  await note();
  await drain();
  const waiting = (await jobs("under_way")).jobs;
  expect(waiting).toMatchObject([
    {
      kind: "message",
      title: `E-mail to ${name}: 1 notification`,
      state: "waiting",
      may_retry: true,
      may_cancel: false,
    },
  ]);
  // What the other side said, which may name machines, is for admins; what a message says is in their log.
  expect(waiting[0]?.reason).toBe("The mail server did not take it yet, tried once. It is tried again by itself.");
  expect((await jobs("under_way", admin)).jobs[0]).toMatchObject({
    reason: expect.stringMatching(/It said: .*Greylisted/),
    href: "/settings/notifications/deliveries",
  });
  const id = waiting[0]?.job_id ?? "";
  server.manner = "knows_nobody";
  expect(await retry(id)).toMatchObject({ status: 200, body: { job: { state: "waiting" } } });
  await drain();
  expect(await jobs("failed")).toMatchObject({ failed: 1, jobs: [{ job_id: id, state: "failed", may_retry: true }] });
  server.manner = "takes";
  expect((await retry(id)).status).toBe(200);
  expect((await drain()).body.sent).toBe(1);
  // One that is out is no work any more; trying it again changes nothing.
  expect((await jobs("all")).jobs).toEqual([]);
  expect(await retry(id)).toMatchObject({ status: 200, body: { job: { state: "done" } } });
  expect((await drain()).body.sent).toBe(0);
  expect(server.mails).toHaveLength(1);
  expect(await house.db.auditEntry.count({ where: { entityId: id, action: "notification.retried" } })).toBe(2);
});

it("those that wait as they should are not shown, those that nobody sends are", async () => {
  await note();
  await house.container.notificationRounds.tell();
  expect((await jobs("all")).jobs).toEqual([]);
  await later(600);
  const [late] = (await jobs("under_way")).jobs;
  expect(late).toMatchObject({ state: "waiting", reason: expect.stringMatching(/nobody has sent it/) });
  await drain();
  expect((await jobs("all")).jobs).toEqual([]);
});

it("they are for managers, cannot be stopped, and are no queue of the job library", async () => {
  const { id } = await house.db.notificationDelivery.findFirstOrThrow();
  expect((await retry(id, await createAgent(house.db))).status).toBe(403);
  expect((await retry(newId())).status).toBe(404);
  expect((await client(manager).post(`${PATH}/message/${id}/cancel`)).body).toMatchObject({
    code: "message_not_stoppable",
  });
  await house.db.notificationDelivery.update({ where: { id }, data: { state: "skipped", errorCode: "read_before" } });
  expect((await retry(id)).body).toMatchObject({ code: "job_not_repeatable" });
  const { queues } = (await client(manager).get<BackgroundState>("/api/background-work")).body;
  expect(queues.map(({ kind }) => kind)).not.toContain("message");
});
