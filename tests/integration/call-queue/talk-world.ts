import { beforeEach, expect } from "vitest";
import { untilState } from "../../support/calls/call-state";
import type { callHouse } from "../../support/calls/call-house";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { client } from "../../support/http";

export type Agent = Awaited<ReturnType<typeof createReadyAgent>>;
/** A number outside of the house. */
export const OUTSIDE = "+15550123999";

/** An agent who talks with callers, and another who can only be asked in; new for each test. One for a file. */
export class TalkWorld {
  agent!: Agent;
  /** Takes no calls of this queue: nothing is offered to them, they can only be asked in. */
  other!: Agent;

  constructor(private readonly calls: ReturnType<typeof callHouse>) {
    const { house } = calls;
    beforeEach(async () => {
      await house.quiet();
      await house.faults({ clear: true });
      await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
      this.agent = await createReadyAgent(calls.db, await createQueue(calls.db, { wrapUpSeconds: 30 }));
      this.other = await createReadyAgent(calls.db, await createQueue(calls.db));
      house.register(this.agent.agentId);
      house.register(this.other.agentId);
    });
  }

  /** A conversation between a caller and `agent`. */
  talk = async (from = "+15550100001") => {
    const { house, db } = this.calls;
    const callSid = await house.callIn(from);
    const phone = await house.rings(this.agent.agentId);
    phone.answer();
    const { callId, id: entryId } = await untilState(db, callSid, "in_conversation");
    const here = { callSid, callId, entryId, phone, leg: phone.invite.callSid };
    await this.untilHeard(callSid, [callSid, here.leg]);
    const post = (action: string, body?: object, as: Agent = this.agent) =>
      client(as).post<{ state: string; code?: string }>(`/api/calls/${callId}/${action}`, body);
    return { ...here, post };
  };

  /** The agent asks the other one in, whose phone rings. */
  askIn = async (call: Talk) => {
    expect(await call.post("consult", { agent: this.other.email })).toMatchObject({ status: 200 });
    return this.calls.house.rings(this.other.agentId);
  };

  /** Until exactly these legs hear each other. */
  untilHeard = (callSid: string, legs: readonly string[]) =>
    expect.poll(() => this.calls.house.media.mixOf(callSid)).toEqual([...legs].sort());

  untilSlots = (entryId: string, expected: [agent: Agent, owns: boolean][]) =>
    expect
      .poll(async () => {
        const slots = await this.calls.db.agentCallSlot.findMany({ where: { queuedCallId: entryId } });
        return slots.map(({ agentId, owns }) => `${agentId} ${owns}`).sort();
      })
      .toEqual(expected.map(([{ agentId }, owns]) => `${agentId} ${owns}`).sort());
}

export type Talk = Awaited<ReturnType<TalkWorld["talk"]>>;
