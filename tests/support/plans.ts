import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import type { planRows, planShares, PlanView } from "@/modules/leads/plans.schemas";
import { createPlanSide, type PlanSide } from "@/modules/container-plans";
import { TeamRepository } from "@/modules/agents/repositories/team.repository";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { LeadMergeRepository } from "@/modules/leads/repositories/lead-merge.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { LeadAccess } from "@/modules/leads/services/lead-access";
import type { PreparationHooks } from "@/modules/leads/services/plan-preparation";
import type { RunnerHooks } from "@/modules/leads/services/plan-runner";
import { client, type Answer, type SignedInAs } from "./http";
import type { TestHouse } from "./test-house";

export type PlanShares = z.output<NonNullable<typeof planShares.response>>;
export type PlanRows = z.output<NonNullable<typeof planRows.response>>;

/** What a person does with plans, through the routes. */
export function plansOf(person: SignedInAs) {
  const http = client(person);
  const act = (planId: string, verb: string, body?: unknown) =>
    http.post<{ success: boolean; plan: PlanView; code: string }>(`/api/bulk-plans/${planId}/${verb}`, body);
  return {
    create: (body: unknown) => http.post<{ plan: PlanView; code: string }>("/api/bulk-plans", body),
    read: async (planId: string) => (await http.get<PlanView>(`/api/bulk-plans/${planId}`)).body,
    rows: (planId: string, query = "") => http.get<PlanRows>(`/api/bulk-plans/${planId}/rows${query}`),
    shares: (planId: string) => http.get<PlanShares>(`/api/bulk-plans/${planId}/shares`),
    apply: (planId: string, body: object = {}) => act(planId, "apply", body),
    cancel: (planId: string) => act(planId, "cancel"),
    undo: (planId: string, body: object = {}) => act(planId, "undo", body),
    http,
  };
}

/** All rows of a plan, page by page. */
export async function allRows(person: SignedInAs, planId: string, status?: string): Promise<PlanRows["rows"]> {
  const rows: PlanRows["rows"] = [];
  let cursor: string | null = null;
  do {
    const query: string = `?limit=500${status === undefined ? "" : `&status=${status}`}${cursor === null ? "" : `&cursor=${cursor}`}`;
    const answer: Answer<PlanRows> = await plansOf(person).rows(planId, query);
    rows.push(...answer.body.rows);
    cursor = answer.body.next_cursor;
  } while (cursor !== null);
  return rows;
}

/** What is promised to plans at this moment, by agent. */
export async function reserved(db: Db): Promise<Map<string, number>> {
  const rows = await db.leadReservation.groupBy({ by: ["agentId"], _sum: { slots: true } });
  return new Map(rows.map(({ agentId, _sum }) => [agentId, _sum.slots ?? 0]));
}

/** Leads by id as far as plans change them. */
export async function leadFacts(db: Db, ids: readonly string[]) {
  const leads = await db.lead.findMany({ where: { id: { in: [...ids] } } });
  return new Map(leads.map((lead) => [lead.id, lead]));
}

/** The plans' side once more over the same database, as another process has it, cut off where `hooks` say. */
export function anotherPlanSide(house: TestHouse, hooks: RunnerHooks & PreparationHooks): PlanSide {
  const { agentDirectory, dealing, returnTimer, savedSearches, db, env } = house.container;
  const teams = new TeamRepository(db);
  const access = new LeadAccess(new LeadRepository(db), new LeadMergeRepository(db), teams);
  const cursors = new CursorCodec(env.AUTH_SECRET);
  return createPlanSide(
    db,
    {
      access,
      directory: agentDirectory,
      teams,
      dealing,
      timer: returnTimer,
      searches: savedSearches,
      cursors,
      pace: AT_ONCE,
    },
    hooks,
  );
}

/** Tests do not rest. */
const AT_ONCE = { rest: () => Promise.resolve() };
