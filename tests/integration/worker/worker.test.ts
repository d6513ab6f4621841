import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { newId } from "@/lib/ids";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { setClock } from "../../support/clock";
import { testDatabase } from "../../support/database";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { testEnvironment } from "../../support/house";
import { MailServer } from "../../support/mail-server";

const database = testDatabase();
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** A carrier that answers and knows nothing: calls to it come to nothing, and it does not count as away. */
let nowhere: Server;
beforeAll(async () => {
  nowhere = createServer((_request, response) => {
    response.writeHead(404, { "content-type": "application/json" }).end('{"code":20404,"message":"not here"}');
  });
  await new Promise<void>((resolve) => nowhere.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  nowhere.closeAllConnections();
  nowhere.close();
});

/** The real worker on this file's database. */
function startWorker(variables: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/worker.ts"], {
    env: {
      PATH: process.env.PATH ?? "",
      ...testEnvironment(database.url),
      NODE_ENV: "test",
      TWILIO_API_BASE_URL: `http://127.0.0.1:${(nowhere.address() as AddressInfo).port}`,
      ...variables,
    },
    stdio: "ignore",
  });
  running.push(child);
  return child;
}

const untilBeat = (after: Date): Promise<void> =>
  expect.poll(() => database.db.workerBeat.count({ where: { beatAt: { gt: after } } })).toBeGreaterThan(0);

const databaseNow = async (): Promise<Date> => {
  const [row] = await database.db.$queryRaw<{ now: Date }[]>`SELECT evenhand_now() AS now`;
  if (!row) throw new Error("the database has no clock");
  return row.now;
};

/** Until a call that nobody announces is offered to an agent who was idle. */
async function untilOffered(): Promise<void> {
  const queueId = await createQueue(database.db);
  await createReadyAgent(database.db, queueId);
  const [queuedCallId = ""] = await createWaitingCalls(database.db, queueId, 1);
  await expect.poll(() => database.db.callOffer.count({ where: { queuedCallId } })).toBeGreaterThan(0);
}

describe("the worker", () => {
  it("offers a call to an agent who is idle, without any other trigger (law 4), again and again", async () => {
    startWorker();
    await untilBeat(new Date(0));
    for (let round = 0; round < 3; round += 1) await untilOffered();
  });

  it("comes back by itself after its connections were cut, and ends cleanly when asked", async () => {
    const child = startWorker();
    await untilBeat(await databaseNow());
    await database.db.$queryRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'evenhand'`;
    await untilBeat(await databaseNow());
    await untilOffered();
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  it("killed while it sends a mail, is followed by another: told once, sent again as the same mail, then no more", async () => {
    const server = new MailServer();
    await server.start();
    onTestFinished(() => server.stop());
    const { db } = database;
    const { userId } = await createManager(db);
    server.manner = "falls_silent";
    const first = startWorker({ SMTP_URL: server.url });
    const importId = newId();
    const data = { importId, userId, failed: false, created: 7, left: 0 };
    await db.$transaction((tx) => noteEvents(tx, [{ event: "import_ended", source: importId, data }]));
    // The server has the mail and says nothing: at this moment the worker is killed.
    await expect.poll(() => server.mails.length).toBe(1);
    first.kill("SIGKILL");
    server.manner = "takes";
    await setClock(db, 46);
    startWorker({ SMTP_URL: server.url });
    const states = async () =>
      (await db.notificationDelivery.findMany()).map(({ state, attempts }) => [state, attempts]);
    await expect.poll(states).toEqual([["sent", 2]]);
    // An alert about the world before this test may be told beside it.
    expect(await db.notification.count({ where: { event: "import" } })).toBe(1);
    await setClock(db, 3_600);
    await untilBeat(await databaseNow());
    expect(server.mails).toHaveLength(2);
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await states()).toEqual([["sent", 2]]);
  });
});
