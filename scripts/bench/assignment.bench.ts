import { createDb } from "@/lib/db/client";
import { raceForCapacity, raceOutcome } from "@/tests/support/assignment-race";
import { createAgents } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import { managerOverHttp, type ManagerOverHttp } from "./manager-over-http";
import { webServer } from "./web-server";

const WORKERS = 64;
const LEADS = 10_000;
const AGENTS = 20;
const CAPACITY = 400;
const BULK = 10_000;

export const assignment: Bench = {
  name: "assignment",
  about:
    `${WORKERS} parallel workers assign ${LEADS} leads over HTTP to ${AGENTS} agents with a capacity of ${CAPACITY} ` +
    `(${AGENTS * CAPACITY} places), every tenth lead taken by two workers at once; then one bulk request of ${BULK} ` +
    "leads. One web process, on a Postgres that waits for the disk.",
  async run(): Promise<Figure[]> {
    const server = await webServer();
    const db = createDb(server.databaseUrl, 4);
    try {
      const http = await managerOverHttp(db, server.address, server.authSecret);
      const agents = await createAgents(db, AGENTS, { maxCapacity: CAPACITY });
      const leadIds = await createLeads(db, LEADS);
      const startedAt = performance.now();
      const race = await raceForCapacity(http, leadIds, agents, { workers: WORKERS, doubled: 10 });
      const seconds = (performance.now() - startedAt) / 1_000;
      const outcome = await raceOutcome(db, agents);
      const places = AGENTS * CAPACITY;
      const surprises = [...race.answers].filter(([answer]) => !/^(200|409 )/.test(answer));
      return [
        atMost("open leads of the fullest agent", outcome.mostOnOneAgent, "leads", CAPACITY),
        atLeast("leads assigned (places)", outcome.assigned, "leads", places),
        atMost("agents whose counter is not the count", outcome.wrongCounters, "agents", 0),
        atMost("leads given twice", outcome.leadsWithTwoDecisions, "leads", 0),
        atMost("assignments without their decision and audit", missing(outcome), "leads", 0),
        atMost("answers other than yes or a reasoned no", surprises.length, "answers", 0),
        plain("requests answered", Math.round(race.requests / seconds), "requests/s", `${race.requests} requests`),
        await bulk(http, db),
      ];
    } finally {
      await db.$disconnect();
      await server.stop();
    }
  },
};

const missing = (outcome: { assigned: number; decisions: number; audited: number }): number =>
  Math.abs(outcome.assigned - outcome.decisions) + Math.abs(outcome.assigned - outcome.audited);

/** One bulk request over agents with room for all of it. */
async function bulk(http: ManagerOverHttp, db: ReturnType<typeof createDb>): Promise<Figure> {
  const agents = await createAgents(db, AGENTS, { maxCapacity: BULK });
  const lead_ids = await createLeads(db, BULK);
  const startedAt = performance.now();
  const { status, body } = await http.post("/api/leads/bulk-assign", {
    lead_ids,
    assignment_strategy: "round_robin",
    agents: agents.map(({ email }) => email),
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (status !== 200) throw new Error(`bulk-assign answered ${status} ${JSON.stringify(body)}`);
  return plain(`bulk-assign of ${BULK} leads`, Math.round(seconds * 100) / 100, "s");
}
