import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Contract } from "@/lib/http/contract";
import { contractTable } from "@/modules/contract-table";
import { databaseWatch } from "@/tests/support/bad-input";
import { createAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createAdmin, createManager } from "@/tests/support/factories/users";
import { client, type SignedInAs } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
let people: Record<"admin" | "manager" | "agent", SignedInAs>;
let leadId: string;

beforeAll(async () => {
  const agent = await createAgent(house.db);
  people = { admin: await createAdmin(house.db), manager: await createManager(house.db), agent };
  leadId = await createLead(house.db, { assignedTo: agent.agentId });
});

/** What people, scanners and broken programs put into an address. */
const ODD = [
  "%00",
  "%ED%A0%80",
  "%FF",
  "%F0%9F%99%82",
  "'%20OR%201=1--",
  "%25%5F%5C",
  ".*",
  "(a%2B)%2B%24",
  "-1",
  "1e400",
  "0x10",
  "NaN",
  "9223372036854775808",
  "2026-13-45T99:99:99Z",
  "0000-01-01T00:00:00Z",
  "null",
  "undefined",
  "%7B%7D",
  "[]",
  "",
  "x".repeat(5_000),
];

// Streams answer for as long as they are listened to.
const table: readonly Contract[] = contractTable.filter(
  ({ method, path }) => method === "GET" && path !== "/api/events",
);
const readable = table.flatMap((contract) =>
  contract.access.kind === "roles" ? [[contract.path, contract, contract.access.roles] as const] : [],
);
const parametersOf = (contract: Contract): string[] =>
  contract.query
    ? Object.keys(z.toJSONSchema(contract.query, { io: "input", unrepresentable: "any" }).properties ?? {})
    : [];

describe("whatever stands in a query, the answer is data or a problem the asker can mend:", () => {
  it.each(readable.filter(([, contract]) => contract.query))("%s", async (path, contract, roles) => {
    const before = await watch.digest();
    const address = path.replaceAll(/\{leadId\}/g, leadId).replaceAll(/\{\w+\}/g, "unknown");
    for (const role of roles) {
      for (const parameter of parametersOf(contract)) {
        for (const odd of ODD) {
          const asked = `${address}?${parameter}=${odd}`;
          const { status, body } = await client(people[role]).get(asked);
          expect(status, `${role} ${asked.slice(0, 200)}: ${JSON.stringify(body).slice(0, 300)}`).toBeLessThan(500);
          if (status >= 400) expect(body).toMatchObject({ success: false, detail: expect.stringMatching(/.{10}\.$/) });
        }
      }
    }
    expect(await watch.digest()).toEqual(before);
  });
});

describe("whatever stands in a path, the answer is data or a problem the asker can mend:", () => {
  const odd = ["%00", "%2F", "'", "%25", "%E2%80%AE", "x".repeat(300), "__proto__", "null", "0"];
  it.each(readable.filter(([path]) => path.includes("{")))("%s", async (path, _contract, [role]) => {
    for (const one of odd) {
      const asked = path.replaceAll(/\{\w+\}/g, one);
      const { status, body } = await client(people[role ?? "admin"]).get(asked);
      expect(status, `${asked}: ${JSON.stringify(body).slice(0, 300)}`).toBeLessThan(500);
    }
  });
});
