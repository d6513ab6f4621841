import { afterEach, expect, it, vi } from "vitest";
import { createAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { BEGIN_MS, ProcessesThatDie } from "@/tests/support/processes-that-die";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const processes = new ProcessesThatDie(() => house.url);
afterEach(() => processes.end());

const drain = () =>
  client().get<{ told: number }>("/api/cron/notifications", { headers: { authorization: `Bearer ${CRON_SECRET}` } });

it(
  "tells of a change once, whose web process is killed behind its commit, and whose teller in the midst of telling",
  async () => {
    const manager = await createManager(house.db);
    const agent = await createAgent(house.db);
    const leadId = await createLead(house.db, {});
    const wish = JSON.stringify({ agent_email: agent.email });
    const request = ["tests/support/one-request.ts", manager.userId, `/api/leads/${leadId}/assign`, wish];
    const web = processes.start(processes.node(...request), { ONE_REQUEST_STAYS: "1" });
    const noted = () => house.db.notificationEvent.count({ where: { event: "lead_assigned", toldAt: null } });
    await vi.waitFor(async () => expect(await noted()).toBe(1), { timeout: BEGIN_MS, interval: 50 });
    await processes.kill(web);

    const told = () => house.db.notification.findMany({ where: { userId: agent.userId } });
    await processes.killAt({ table: "notifications", event: "INSERT", when: "NEW.event = 'assigned'" }, () =>
      processes.start(processes.node("scripts/worker.ts")),
    );
    expect([await noted(), await told()]).toEqual([1, []]);
    expect((await drain()).body).toMatchObject({ told: 1 });
    expect((await drain()).body).toMatchObject({ told: 0 });
    expect(await told()).toMatchObject([{ event: "assigned", count: 1 }]);
  },
  3 * BEGIN_MS,
);
