import { beforeAll, beforeEach, expect } from "vitest";
import { systemActor } from "@/lib/principal";
import { setClock } from "@/tests/support/clock";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, type LeadInput } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import type { TestHouse } from "@/tests/support/test-house";

export interface Policy {
  enabled: boolean;
  calendar: string;
  minutes: { normal: number; high: number; urgent: number };
  due_if_assigned_now: Record<string, string | null>;
  recount: string;
}

const ACTOR = systemActor("test");
export const HOUR = 3_600_000;
/** Always open, so that open time is time. */
export const ALWAYS = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" }));

/** A house where leads go back to the pool, by the same policy at the beginning of each test; one for a file. */
export class ReturnWorld {
  manager!: TestUser;
  agent!: TestAgent;

  constructor(private readonly house: TestHouse) {
    beforeAll(async () => {
      this.manager = await createManager(house.db);
      const always = { time_zone: "UTC", weekly: ALWAYS };
      expect((await client(this.manager).put("/api/settings/calendars/always", always)).status).toBe(200);
    });
    beforeEach(async () => {
      await setClock(house.db, 0);
      // What earlier tests left behind has been worked on, and timers count from any assignment again.
      await house.db.lead.updateMany({ data: { touchedAt: new Date(), returnDueAt: null } });
      await house.db.leadReturnPolicy.updateMany({ data: { countsFrom: null } });
      this.agent = await createAgent(house.db, { maxCapacity: 10_000 });
      await this.settle({ enabled: true, calendar: "always", minutes: { normal: 960, high: 480, urgent: 120 } });
    });
  }

  run = () => this.house.container.returns.run(ACTOR);
  put = (body: unknown) => client(this.manager).put<Policy>("/api/settings/lead-return", body);

  /** Sets the policy and goes past the time in which assignments by the old one are looked for. */
  async settle(policy: unknown): Promise<void> {
    expect((await this.put(policy)).status).toBe(200);
    await setClock(this.house.db, 30);
    await this.run();
    await setClock(this.house.db, 0);
  }

  /** A lead with an agent, whose timer ended (or ends) that many seconds from now. */
  async timedLead(dueInSeconds: number, input: LeadInput = {}): Promise<string> {
    const id = await createLead(this.house.db, { assignedTo: this.agent.agentId, ...input });
    const returnDueAt = new Date(Date.now() + dueInSeconds * 1_000);
    await this.house.db.lead.update({ where: { id }, data: { returnDueAt } });
    return id;
  }

  rowOf = (id: string) => this.house.db.lead.findUniqueOrThrow({ where: { id } });
  dueOf = async (id: string) => (await this.rowOf(id)).returnDueAt?.getTime() ?? null;
}
