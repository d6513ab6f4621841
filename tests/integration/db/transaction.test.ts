import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { TwilioCarrier } from "@/modules/twilio-voice/adapters/twilio-carrier";
import { testDatabase } from "../../support/database";

const database = testDatabase();

describe("law 11: nothing external inside a transaction", () => {
  let server: Server;
  let requests = 0;
  let carrier: TwilioCarrier;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests += 1;
      response.setHeader("content-type", "application/json").end('{"sid":"CA1","status":"completed"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    carrier = new TwilioCarrier({
      accountSid: `AC${"0".repeat(32)}`,
      authToken: "x".repeat(32),
      apiBaseUrl: `http://127.0.0.1:${address.port}`,
      callerNumber: "+15550100000",
      timeoutMs: 2_000,
    });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("the carrier refuses to be called there, and the transaction is undone", async () => {
    const key = { code: newId() };
    const attempt = inTransaction(database.db, async (tx) => {
      await tx.disposition.create({ data: { ...key, label: "x", isOpen: true, position: 999 } });
      await carrier.endCall("CA1");
    });
    await expect(attempt).rejects.toThrow("inside a transaction");
    expect(requests).toBe(0);
    expect(await database.db.disposition.findUnique({ where: key })).toBeNull();
  });

  it("and may be called before and after", async () => {
    await carrier.endCall("CA1");
    await inTransaction(database.db, async (tx) => tx.disposition.count());
    await carrier.endCall("CA1");
    expect(requests).toBe(2);
  });
});

describe("law 12: every wait for the database has an end", () => {
  it("for a statement, for a lock, and for a transaction left idle", async () => {
    const [settings] = await database.db.$queryRaw<{ statement: string; lock: string; idle: string }[]>`
      SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
        current_setting('idle_in_transaction_session_timeout') AS idle`;
    expect(settings).toEqual({ statement: "15s", lock: "10s", idle: "30s" });
  });
});

describe("a transaction", () => {
  it("is run again after a deadlock, so that both writers succeed", async () => {
    const codes = [newId(), newId()] as const;
    for (const code of codes) {
      await database.db.disposition.create({ data: { code, label: "0", isOpen: true, position: 999 } });
    }
    let arrived = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const write = async (first: string, second: string) =>
      inTransaction(database.db, async (tx) => {
        await tx.$executeRaw`UPDATE dispositions SET position = position + 1 WHERE code = ${first}`;
        arrived += 1;
        if (arrived === 2) meet();
        await both;
        await tx.$executeRaw`UPDATE dispositions SET position = position + 1 WHERE code = ${second}`;
      });
    await Promise.all([write(codes[0], codes[1]), write(codes[1], codes[0])]);
    expect(arrived).toBeGreaterThan(2);
    const rows = await database.db.disposition.findMany({ where: { code: { in: [...codes] } } });
    expect(rows.map((row) => row.position)).toEqual([1_001, 1_001]);
  });
});
