import type { z } from "zod";
import { notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { type Principal, requireStaff } from "@/lib/principal";
import type { CursorCodec } from "../domain/cursor";
import type { Plan } from "../domain/plan";
import { changesView, planView, strayAt, unreachedStatus } from "../domain/plan-view";
import type { PlanRow, planRows, PlanView } from "../plans.schemas";
import type { PlanRepository, PlanPosition } from "../repositories/plan.repository";
import type { PlanPerson, PlanRowFacts, PlanRowsRepository, PlanShare } from "../repositories/plan-rows.repository";

type PlanRowsPage = z.output<NonNullable<(typeof planRows)["response"]>>;

const PAGE = 50;
const ROWS_PAGE = 100;

interface PageQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** Shows plans and their rows to managers and admins, whosoever they are. */
export class PlanReading {
  constructor(
    private readonly plans: PlanRepository,
    private readonly rows: PlanRowsRepository,
    private readonly cursors: CursorCodec,
  ) {}

  /** One plan. Throws 404. */
  async read(principal: Principal, planId: string): Promise<PlanView> {
    const [view] = await this.views(principal, [await this.found(principal, planId)]);
    if (!view) throw notFound("This plan");
    return view;
  }

  /** A page of plans, one's own first. Throws 400 invalid_cursor. */
  async list(principal: Principal, query: PageQuery): Promise<{ plans: PlanView[]; next_cursor: string | null }> {
    requireStaff(principal);
    const purpose = `plans ${principal.userId}`;
    const limit = query.limit ?? PAGE;
    const after = query.cursor === undefined ? undefined : positionOf(this.cursors.decode(purpose, query.cursor));
    const found = await this.plans.page(principal.userId, after, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      plans: await this.views(principal, page),
      next_cursor: found.length > limit && last ? this.cursors.encode(purpose, valueOf(principal, last)) : null,
    };
  }

  /** A page of a plan's rows, in its order. Throws 404, 400 invalid_cursor. */
  async rowsOf(
    principal: Principal,
    planId: string,
    query: PageQuery & { status?: PlanRow["status"] | undefined },
  ): Promise<PlanRowsPage> {
    const plan = await this.found(principal, planId);
    const purpose = `plan ${plan.id} ${query.status ?? ""}`;
    const limit = query.limit ?? ROWS_PAGE;
    const from = query.cursor === undefined ? 0 : Number(this.cursors.decode(purpose, query.cursor).id);
    const wanted = { from, status: query.status, unreached: unreachedStatus(plan) };
    const found = await this.rows.page(plan.id, wanted, limit + 1);
    const next = found[limit];
    const rows = found.slice(0, limit);
    const agents = rows.flatMap(({ difference }) => difference?.assigned_agent ?? []);
    const people = await this.rows.people(agents.filter((agent) => typeof agent === "string"));
    return {
      rows: rowViews(plan, rows, people),
      agents: [...people.values()].map(({ email, name }) => ({ agent: email, name })),
      next_cursor: next ? this.cursors.encode(purpose, { value: null, id: String(next.place) }) : null,
    };
  }

  /** How many leads a plan gives to whom, the most first, and takes from whom. Throws 404. */
  async sharesOf(principal: Principal, planId: string): Promise<{ shares: PlanShare[] }> {
    const plan = await this.found(principal, planId);
    return { shares: await this.rows.shares(plan.id, unreachedStatus(plan) === "not_reached") };
  }

  private async views(principal: Principal, plans: readonly Plan[]): Promise<PlanView[]> {
    const agents = plans.flatMap(({ request, selection }) => [
      ...(request.kind === "assign" ? (request.agents ?? []) : []),
      ...("moves" in selection ? selection.moves.flatMap(({ from, to }) => [from, to]) : []),
    ]);
    const emails = await this.rows.emails(agents);
    return plans.map((plan) => planView(principal, plan, emails));
  }

  private async found(principal: Principal, planId: string): Promise<Plan> {
    requireStaff(principal);
    const plan = isId(planId) ? await this.plans.find(planId) : undefined;
    if (!plan) throw notFound("This plan");
    return plan;
  }
}

function rowViews(plan: Plan, rows: readonly PlanRowFacts[], people: ReadonlyMap<string, PlanPerson>): PlanRow[] {
  const emails = new Map([...people].map(([id, { email }]) => [id, email]));
  return rows.map(({ place, leadId, name, status, code, difference, at }) => ({
    place,
    lead_id: leadId ?? strayAt(plan.selection, place),
    name,
    status: status as PlanRow["status"],
    code,
    changes: changesView(difference, emails),
    at: at?.toISOString() ?? null,
  }));
}

/** A position as a cursor keeps it: "m" before one's own, "o" before others'. */
function valueOf(principal: Principal, plan: Plan): { value: string; id: string } {
  const mine = plan.createdBy === principal.userId ? "m" : "o";
  return { value: `${mine}${plan.createdAt.toISOString()}`, id: plan.id };
}

function positionOf({ value, id }: { value: string | null; id: string }): PlanPosition {
  return { mine: value?.startsWith("m") === true, createdAt: new Date(value?.slice(1) ?? 0), id };
}
