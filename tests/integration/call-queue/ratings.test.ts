import { beforeEach, describe, expect, it } from "vitest";
import { callHouse } from "../../support/calls/call-house";
import { untilState } from "../../support/calls/call-state";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { client } from "../../support/http";
import type { QueueRatings } from "@/modules/call-queue/ratings.schemas";

const calls = callHouse();
const { house } = calls;
const QUESTION = /^say: How satisfied were you/;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

beforeEach(async () => {
  await house.quiet();
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { wrapUpSeconds: 30 });
  await calls.db.callQueue.update({ where: { id: queueId }, data: { askRating: true } });
  agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
});

/** A conversation that its agent has ended by the button. */
async function ended(nth: number) {
  const callSid = await house.callIn();
  (await house.rings(agent.agentId, nth)).answer();
  const { callId } = await untilState(calls.db, callSid, "in_conversation");
  expect((await client(agent).post(`/api/calls/${callId}/end`)).body).toMatchObject({ state: "wrap_up" });
  const said = async () => (await house.view(callSid)).heard.filter((what) => what.startsWith("say:"));
  const wrapUp = () => client(agent).post(`/api/calls/${callId}/wrap-up`, {});
  return { callSid, callId, said, wrapUp };
}

describe("a caller's rating", () => {
  it("is asked for once the agent has ended the call, by a key; the first score counts, and managers see it", async () => {
    const first = await ended(0);
    await expect.poll(async () => (await first.said()).at(-1)).toMatch(QUESTION);
    await house.press(first.callSid, "9");
    await expect.poll(async () => (await first.said()).filter((what) => QUESTION.test(what)).length).toBe(2);
    await house.press(first.callSid, "4");
    await house.untilCarrier(first.callSid, "ended");
    expect((await first.said()).at(-1)).toBe("say: Thank you. Goodbye.");
    await first.wrapUp();
    const second = await ended(1);
    await expect.poll(async () => (await second.said()).at(-1)).toMatch(QUESTION);
    await house.hangUp(second.callSid);
    await second.wrapUp();

    const manager = client(await createManager(calls.db));
    const { body } = await manager.get<QueueRatings>(`/api/queues/${queueId}/ratings`);
    expect(body).toEqual({
      days: 30,
      asked: 2,
      rated: 1,
      average: 4,
      scores: [0, 0, 0, 1, 0],
      agents: [{ agent: agent.email, name: agent.name, rated: 1, average: 4 }],
    });
    expect((await client(agent).get(`/api/queues/${queueId}/ratings`)).status).toBe(403);
    expect((await manager.get(`/api/calls/${first.callId}`)).body).toMatchObject({ rating: 4 });
    const actor = { type: "system" as const, id: undefined, label: "test" };
    expect(await house.container.ratings.answered(first.callSid, "1", 0, actor)).toBe("thanks");
    expect(await calls.db.callRating.findUnique({ where: { callId: first.callId } })).toMatchObject({ score: 4 });
    expect(await calls.db.auditEntry.count({ where: { action: "call.rated", entityId: first.callId } })).toBe(1);
  });

  it("is not asked for where the queue does not want it, nor of a caller who hung up", async () => {
    const gone = await house.callIn();
    (await house.rings(agent.agentId)).answer();
    const { callId } = await untilState(calls.db, gone, "in_conversation");
    await house.hangUp(gone);
    await untilState(calls.db, gone, "wrap_up");
    await client(agent).post(`/api/calls/${callId}/wrap-up`, {});
    await calls.db.callQueue.update({ where: { id: queueId }, data: { askRating: false } });
    const { callSid, said } = await ended(1);
    await house.untilCarrier(callSid, "ended");
    expect((await said()).filter((what) => QUESTION.test(what))).toEqual([]);
    expect(await calls.db.callRating.count({ where: { queueId } })).toBe(0);
  });
});
