import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { QueueSettingsView } from "@/modules/call-queue/queues.schemas";
import { createAgent } from "../../support/factories/agents";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue } from "../../support/factories/queues";
import { createManager, type TestUser } from "../../support/factories/users";
import { client, type Client } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const QUEUES = "/api/settings/queues";
let manager: Client;
let managerUser: TestUser;
let other = "";

beforeAll(async () => {
  managerUser = await createManager(house.db);
  manager = client(managerUser);
  other = await createQueue(house.db);
});

const make = async (body: object = {}) =>
  (await manager.post<QueueSettingsView>(QUEUES, { name: `Queue ${newId().slice(-6)}`, ...body })).body;
const audits = (entityId: string) => house.db.auditEntry.findMany({ where: { entityId }, orderBy: { id: "asc" } });

describe("queues as managers set them up", () => {
  it("makes one with defaults, changes it piece by piece, and keeps who did what", async () => {
    const agent = await createAgent(house.db);
    const queue = await make();
    expect(queue).toMatchObject({
      version: 1,
      strategy: "longest_idle",
      longestOvertakingSeconds: 480,
      exits: {},
      members: [],
      calendar: null,
      recording: "off",
    });
    const changed = await manager.patch<QueueSettingsView>(`${QUEUES}/${queue.queueId}`, {
      version: queue.version,
      strategy: "performance_weighted",
      requiredSkills: ["ES", "billing", "es"],
      vipWeightSeconds: 600,
      overflowAfterSeconds: 120,
      recording: "announced",
      announceEverySeconds: 45,
      members: [{ agent: agent.email, level: 2 }],
      exits: { overflow: { kind: "queue", queueId: other }, full: { kind: "voicemail", message: "Leave a message." } },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      version: 2,
      requiredSkills: ["billing", "es"],
      longestOvertakingSeconds: 780,
      recording: "announced",
      announceEverySeconds: 45,
      members: [{ agent: agent.email, level: 2, skills: [] }],
      exits: { overflow: { kind: "queue", queueId: other }, full: { kind: "voicemail", message: "Leave a message." } },
    });
    const removed = await manager.patch<QueueSettingsView>(`${QUEUES}/${queue.queueId}`, { exits: { full: null } });
    expect(Object.keys(removed.body.exits)).toEqual(["overflow"]);
    expect((await audits(queue.queueId)).map(({ action, actorLabel }) => [action, actorLabel])).toEqual([
      ["queue.created", managerUser.email],
      ["queue.changed", managerUser.email],
      ["queue.changed", managerUser.email],
    ]);
    const skills = await manager.put(`/api/agents/${agent.email}/skills`, { skills: ["es"] });
    expect(skills.body).toEqual({ success: true, agent: agent.email, skills: ["es"] });
    const read = await manager.get<QueueSettingsView>(`${QUEUES}/${queue.queueId}`);
    expect(read.body.members).toEqual([{ agent: agent.email, name: agent.name, level: 2, skills: ["es"] }]);
  });

  it("refuses what would not work, in words, and writes nothing", async () => {
    const queue = await make();
    const path = `${QUEUES}/${queue.queueId}`;
    const refusals: [object, number, string][] = [
      [{ version: 99, name: "X" }, 409, "version_conflict"],
      [{ calendar: "nowhere" }, 422, "unknown_calendar"],
      [{ exits: { full: { kind: "queue", queueId: newId() } } }, 422, "unknown_queue"],
      [{ exits: { full: { kind: "queue", queueId: queue.queueId } } }, 422, "unknown_queue"],
      [{ highWeightSeconds: 500, urgentWeightSeconds: 100 }, 422, "weights_out_of_order"],
      [{ members: [{ agent: "nobody@evenhand.test" }] }, 404, "agent_not_found"],
      [{ vipWeightSeconds: 1_201 }, 400, "invalid_request"],
      [{}, 400, "invalid_request"],
    ];
    for (const [body, status, code] of refusals) {
      const answer = await manager.patch(path, body);
      expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([status, code]);
    }
    expect((await manager.get<QueueSettingsView>(path)).body).toEqual(queue);
    expect(await audits(queue.queueId)).toHaveLength(1);
    expect((await client(await createAgent(house.db)).get(QUEUES)).status).toBe(403);
  });

  it("closes a queue for good only when nobody is in it and nothing leads there; it then takes no caller", async () => {
    const queue = await make();
    const path = `${QUEUES}/${queue.queueId}`;
    await createWaitingCalls(house.db, queue.queueId, 1);
    expect((await manager.delete(path)).body).toMatchObject({ code: "queue_has_callers", calls: 1 });
    await house.db.queuedCall.deleteMany({ where: { queueId: queue.queueId } });
    const number = "/api/settings/numbers/+15550142000";
    expect((await manager.put(number, { label: "Sales", queueId: queue.queueId })).status).toBe(200);
    expect((await manager.delete(path)).body).toMatchObject({ code: "queue_in_use", numbers: ["+15550142000"] });
    expect((await manager.delete(number)).status).toBe(200);
    expect((await manager.delete(path)).status).toBe(200);
    expect((await manager.get(path)).status).toBe(404);
    expect((await manager.put(number, { label: "Sales", queueId: queue.queueId })).body.code).toBe("unknown_queue");
  });
});

describe("ways into the house", () => {
  it("keeps menus whole: every key once, every queue there, no menu gone while a number leads to it", async () => {
    const menu = {
      name: "Main",
      language: "en-US",
      prompt: "Press 1 for sales.",
      invalidText: "Pardon?",
      timeoutSeconds: 5,
      repeats: 2,
      defaultQueueId: other,
      options: [{ digit: "1", label: "Sales", queueId: other, skills: ["es"] }],
    };
    const made = await manager.post<{ menuId: string }>("/api/settings/menus", menu);
    expect(made.body).toMatchObject(menu);
    const path = `/api/settings/menus/${made.body.menuId}`;
    const twice = { ...menu, options: [...menu.options, ...menu.options] };
    expect((await manager.put(path, twice)).status).toBe(400);
    expect((await manager.put(path, { ...menu, defaultQueueId: newId() })).body.code).toBe("unknown_queue");
    expect((await manager.post("/api/settings/menus", menu)).body.code).toBe("menu_name_taken");
    const changed = await manager.put(path, { ...menu, options: [{ ...menu.options[0], digit: "2" }] });
    expect(changed.body).toMatchObject({ options: [{ digit: "2" }] });
    const number = `/api/settings/numbers/${encodeURIComponent("+1 555 014 2001")}`;
    await manager.put(number, { label: "Menu", menuId: made.body.menuId });
    expect((await manager.delete(path)).body).toMatchObject({ code: "menu_in_use", numbers: ["+15550142001"] });
    await manager.delete(number);
    expect((await manager.delete(path)).status).toBe(200);
    expect((await audits(`menu:${made.body.menuId}`)).map(({ action }) => action)).toEqual([
      "setting.menu_created",
      "setting.menu_changed",
      "setting.menu_deleted",
    ]);
  });

  it("keeps the VIP list by number, and repeats change nothing", async () => {
    const path = "/api/settings/vips/+15550188888";
    for (const label of ["The mayor", "The mayor", "Her honour"]) await manager.put(path, { label });
    const list = await manager.get<{ vips: object[] }>("/api/settings/vips");
    expect(list.body.vips).toMatchObject([{ number: "+15550188888", label: "Her honour", addedBy: managerUser.email }]);
    expect((await manager.put("/api/settings/vips/12", { label: "X" })).body.code).toBe("not_a_number");
    expect((await manager.delete(path)).status).toBe(200);
    expect((await manager.delete(path)).status).toBe(404);
    expect((await audits("vip:+15550188888")).map(({ action }) => action)).toEqual([
      "setting.vip_added",
      "setting.vip_changed",
      "setting.vip_removed",
    ]);
  });
});
