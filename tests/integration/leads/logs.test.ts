import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { testHouse } from "@/tests/support/test-house";

/** What foreign keys would see to, without a look at the lead for every row of a log. */
const house = testHouse();

const entry = (leadId: string) => ({ leadId, type: "call", actorLabel: "test" });
const decision = (leadId: string, batchId: string | null = null) => ({
  ...{ leadId, batchId },
  ...{ strategy: "round_robin", policyVersion: "test", explanation: {} },
});
const addBatch = async (): Promise<string> => {
  const id = newId();
  await house.db.assignmentBatch.create({ data: { id, strategy: "round_robin", policyVersion: "test", input: {} } });
  return id;
};

describe("logs of leads", () => {
  it("refuse a whole statement when one of its rows names a lead that is not there", async () => {
    const ids = await createLeads(house.db, 20);
    const stray = newId();
    const named = [...ids, stray];
    await expect(house.db.leadActivity.createMany({ data: named.map(entry) })).rejects.toThrow(/oreign key/);
    await expect(house.db.assignmentDecision.createMany({ data: named.map((id) => decision(id)) })).rejects.toThrow(
      /oreign key/,
    );
    expect(await house.db.leadActivity.count({ where: { leadId: { in: named } } })).toBe(0);
    expect(await house.db.assignmentDecision.count({ where: { leadId: { in: named } } })).toBe(0);
    await house.db.leadActivity.createMany({ data: ids.map(entry) });
    expect(await house.db.leadActivity.count({ where: { leadId: { in: named } } })).toBe(20);
  });

  it("do not follow a lead to one that is not there", async () => {
    const leadId = await createLead(house.db);
    const { id } = await house.db.leadActivity.create({ data: entry(leadId) });
    await expect(house.db.leadActivity.update({ where: { id }, data: { leadId: newId() } })).rejects.toThrow(
      /oreign key/,
    );
    const other = await createLead(house.db);
    await house.db.leadActivity.update({ where: { id }, data: { leadId: other } });
  });

  it("rest on a deal that is there, and stays", async () => {
    const leadId = await createLead(house.db);
    const batchId = await addBatch();
    await expect(house.db.assignmentDecision.create({ data: decision(leadId, newId()) })).rejects.toThrow(/oreign key/);
    await house.db.assignmentDecision.create({ data: decision(leadId, batchId) });
    await expect(house.db.assignmentBatch.delete({ where: { id: batchId } })).rejects.toThrow(/oreign key/);
    await house.db.assignmentBatch.delete({ where: { id: await addBatch() } });
  });

  it("go with a lead whose row is removed, whose id cannot change", async () => {
    const [gone = "", kept = ""] = await createLeads(house.db, 2);
    for (const leadId of [gone, kept]) {
      await house.db.leadActivity.create({ data: entry(leadId) });
      await house.db.assignmentDecision.create({ data: decision(leadId) });
    }
    await house.db.lead.delete({ where: { id: gone } });
    const left = async (leadId: string) => [
      await house.db.leadActivity.count({ where: { leadId } }),
      await house.db.assignmentDecision.count({ where: { leadId } }),
    ];
    expect([await left(gone), await left(kept)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    await expect(house.db.lead.update({ where: { id: kept }, data: { id: newId() } })).rejects.toThrow(/oreign key/);
  });
});
