import { beforeAll, describe, expect, it } from "vitest";
import type { SavedSearch } from "@/modules/leads/saved-searches.schemas";
import { createAgent } from "@/tests/support/factories/agents";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const PATH = "/api/saved-searches";
const filter = { and: [{ field: "priority", op: "eq", value: "high" }] };
const layout = { columns: [{ id: "name", width: 300, pinned: true }, { id: "phone" }], density: "roomy" };
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const create = (body: unknown, by = manager) => client(by).post<SavedSearch & { code: string }>(PATH, body);
const change = (id: string, body: unknown, by = manager) =>
  client(by).patch<SavedSearch & { code: string }>(`${PATH}/${id}`, body);
const listed = async (by: TestUser) =>
  (await client(by).get<{ saved_searches: SavedSearch[] }>(PATH)).body.saved_searches;

const own = async (by: TestUser) => (await listed(by)).filter(({ mine }) => mine);

describe("saved searches", () => {
  it("keep filter, order and columns under a name, each once for a person, with an audit row for each change", async () => {
    const made = await create({ name: "Hot", filter, sort: { field: "name" }, layout });
    expect(made).toMatchObject({
      status: 200,
      body: { name: "Hot", mine: true, shared: false, filter, sort: { field: "name", direction: "asc" }, layout },
    });
    const id = made.body.saved_search_id;
    expect(await create({ name: "hot", filter })).toMatchObject({
      status: 409,
      body: { code: "saved_search_name_taken" },
    });
    expect(await create({ name: "Hot", filter }, await createManager(house.db))).toMatchObject({ status: 200 });
    const stale = await change(id, { name: "Hotter", version: 7 });
    expect(stale).toMatchObject({ status: 409, body: { code: "version_conflict" } });
    expect(await change(id, { name: "Hotter", version: 1 })).toMatchObject({
      body: { name: "Hotter", version: 2, layout },
    });
    expect(await change(id, { name: "Hotter" })).toMatchObject({ body: { version: 2 } });
    expect(await client(manager).delete(`${PATH}/${id}`)).toMatchObject({ status: 200 });
    expect(await listed(manager)).toEqual([]);
    const audit = await house.db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } });
    expect(audit.map(({ action }) => action)).toEqual([
      "saved_search.created",
      "saved_search.changed",
      "saved_search.deleted",
    ]);
  });

  it("are private until they are shared; others then see but do not change them, admins do", async () => {
    const owner = await createManager(house.db);
    const agent = await createAgent(house.db);
    const admin = await createAdmin(house.db);
    const { body } = await create({ name: "Ours", filter }, owner);
    const id = body.saved_search_id;
    expect(await listed(agent)).toEqual([]);
    expect(await change(id, { name: "x" }, agent)).toMatchObject({ status: 404 });
    await change(id, { shared: true }, owner);
    expect(await listed(agent)).toMatchObject([{ name: "Ours", mine: false, shared: true, owner: owner.email }]);
    expect(await change(id, { name: "x" }, agent)).toMatchObject({ status: 403 });
    expect(await client(agent).delete(`${PATH}/${id}`)).toMatchObject({ status: 403 });
    expect(await change(id, { name: "All of ours" }, admin)).toMatchObject({ status: 200, body: { mine: false } });
  });

  it("are what a person's list begins with, until they go", async () => {
    const owner = await createManager(house.db);
    const put = (saved_search_id: string | null) => client(owner).put(`${PATH}/default`, { saved_search_id });
    const { body } = await create({ name: "Mine", filter }, owner);
    expect(await put(body.saved_search_id)).toMatchObject({ status: 200 });
    expect(await put(body.saved_search_id)).toMatchObject({ status: 200 });
    expect(await own(owner)).toMatchObject([{ is_default: true }]);
    const audits = { action: "saved_search.default_set", entityId: owner.userId };
    expect(await house.db.auditEntry.count({ where: audits })).toBe(1);
    expect(await put("nothing")).toMatchObject({ status: 404 });
    expect(await put(null)).toMatchObject({ status: 200 });
    await put(body.saved_search_id);
    await client(owner).delete(`${PATH}/${body.saved_search_id}`);
    expect(await own(owner)).toEqual([]);
  });

  it("refuse what means nothing", async () => {
    expect(await create({ name: " ", filter })).toMatchObject({ status: 400 });
    expect(await create({ name: "x", filter: { field: "priority", op: "contains", value: "a" } })).toMatchObject({
      status: 422,
    });
    expect(await create({ name: "x", filter, layout: { columns: [] } })).toMatchObject({ status: 400 });
    expect(await change("nothing", { name: "x" })).toMatchObject({ status: 404 });
  });
});
