import type { z } from "zod";
import { forbidden } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { SeatView } from "@/modules/agents/services/deal-leads";
import { type Decision, type leadDecisions, MOST_CANDIDATES } from "../decisions.schemas";
import type { CursorCodec } from "../domain/cursor";
import { type DealMoment, isCounters, singleSentence, whyNotSentence, whySentence } from "../domain/decision-why";
import type { DecisionRepository, DecisionRow } from "../repositories/decision.repository";
import type { DealMoments, Moment } from "./deal-moments";
import type { LeadAccess } from "./lead-access";

type Query = z.output<NonNullable<(typeof leadDecisions)["query"]>>;
type Person = { email: string; name: string };
type Asked = { agentId: string } & Person;

const PAGE = 10;

/** Why leads went to whom, in words. */
export class DecisionsService {
  constructor(
    private readonly access: Pick<LeadAccess, "find">,
    private readonly decisions: DecisionRepository,
    private readonly moments: DealMoments,
    private readonly directory: Pick<AgentDirectory, "find">,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * A page of a lead's decisions, newest first, for whoever may see the lead. How other agents stood is shown to
   * managers only; an agent is shown its own row, and may ask only why it was not chosen itself. Throws 404 for the
   * lead and for the agent asked about, 403, 400 invalid_cursor.
   */
  async read(
    principal: Principal,
    leadId: string,
    query: Query,
  ): Promise<{ decisions: Decision[]; next_cursor: string | null }> {
    const lead = await this.access.find(principal, leadId);
    const asked = query.not === undefined ? undefined : await this.askedAbout(principal, query.not);
    const purpose = `decisions ${lead.id}`;
    const before = query.cursor === undefined ? undefined : BigInt(this.cursors.decode(purpose, query.cursor).id);
    const limit = query.limit ?? PAGE;
    const rows = await this.decisions.ofLead(lead.id, before, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const decisions: Decision[] = [];
    for (const row of page) decisions.push(await this.explain(principal, lead.id, row, asked));
    const more = rows.length > limit && last;
    return {
      decisions,
      next_cursor: more ? this.cursors.encode(purpose, { value: null, id: String(last.id) }) : null,
    };
  }

  private async askedAbout(principal: Principal, email: string): Promise<Asked> {
    if (!isStaff(principal) && principal.email !== email) throw forbidden("You may ask about yourself only.");
    return this.directory.find(email);
  }

  private async explain(
    principal: Principal,
    leadId: string,
    row: DecisionRow,
    asked: Asked | undefined,
  ): Promise<Decision> {
    const moment = await this.moments.of(row);
    const people = await this.peopleOf(row, moment);
    const named = (agentId: string | null) => (agentId === null ? undefined : people.get(agentId));
    const words = await this.wordsOf(row, moment, people);
    const { before, after, position } = row.explanation;
    return {
      decision_id: String(row.id),
      strategy: row.strategy,
      policy_version: row.policyVersion,
      agent: named(row.agentId)?.email ?? null,
      agent_name: named(row.agentId)?.name ?? null,
      previous_agent: named(row.previousId)?.email ?? null,
      previous_agent_name: named(row.previousId)?.name ?? null,
      decided_by: row.decidedBy,
      decided_by_name: row.deciderName,
      decided_at: row.at.toISOString(),
      override_reason: row.overrideReason,
      plan_id: moment?.planId ?? planOf(row),
      merged_lead: row.leadId === leadId ? null : row.leadId,
      why: {
        summary: words.why,
        position: typeof position === "number" ? position : null,
        before: countersOf(before),
        after: countersOf(after),
        candidates: candidatesOf(principal, row, moment, people),
        candidate_count: moment?.candidates.length ?? 0,
        excluded: excludedOf(principal, moment, people),
        // Where nobody was chosen, nobody was passed over.
        not: asked && row.agentId !== null ? notOf(asked, words.whyNot(asked)) : null,
      },
    };
  }

  private peopleOf(row: DecisionRow, moment: Moment | undefined): Promise<Map<string, Person>> {
    const ids = [...(moment?.candidates ?? []), ...(moment?.excluded ?? [])].map(({ agentId }) => agentId);
    return this.decisions.people([row.agentId, row.previousId, ...ids].filter((id) => id !== null));
  }

  /** The sentences for a decision. */
  private async wordsOf(
    row: DecisionRow,
    moment: Moment | undefined,
    people: ReadonlyMap<string, Person>,
  ): Promise<{ why: string; whyNot: (asked: Asked) => string }> {
    const nameOf = (agentId: string): string => people.get(agentId)?.name ?? "An agent who is gone";
    const chosen = row.agentId === null ? null : nameOf(row.agentId);
    if (moment?.exact && row.agentId !== null) {
      const { strategy, agentId: chosenId } = row;
      const pool = await this.poolWords(moment.pool);
      const facts: DealMoment = { ...moment, strategy, chosenId, pool, name: nameOf };
      return {
        why: whySentence(facts),
        whyNot: ({ agentId, name }) =>
          whyNotSentence({ ...facts, name: (id) => (id === agentId ? name : nameOf(id)) }, agentId),
      };
    }
    if (row.batchId !== null) {
      const why = `${chosen} was dealt it by ${row.strategy.replaceAll("_", " ")}, as one of many leads.`;
      return { why, whyNot: (asked) => `${why} How ${asked.name} stood just then is not shown.` };
    }
    const previous = row.previousId === null ? null : nameOf(row.previousId);
    const why = singleSentence({ ...row, decidedBy: row.deciderName, agent: chosen, previous });
    return {
      why,
      whyNot: (asked) =>
        asked.agentId === row.agentId ? `${asked.name} did get it.` : `${why} Nobody else was considered.`,
    };
  }

  private async poolWords(pool: string): Promise<string> {
    if (pool === "everyone") return pool;
    if (!pool.startsWith("team:")) return "the agents chosen";
    const teamId = pool.slice("team:".length);
    const name = (await this.decisions.teams([teamId])).get(teamId);
    return name === undefined ? "a team" : `the team ${name}`;
  }
}

const notOf = ({ email, name }: Asked, summary: string): Decision["why"]["not"] => ({ agent: email, name, summary });

/** An undo names its plan in the explanation, having no deal. */
function planOf({ explanation }: DecisionRow): string | null {
  return typeof explanation.undo === "string" ? explanation.undo : null;
}

function countersOf(value: unknown): { open_leads: number; max_capacity: number } | null {
  return isCounters(value) ? { open_leads: value.openLeads, max_capacity: value.maxCapacity } : null;
}

/** The chosen agent first, then those nearest to being chosen. */
function candidatesOf(
  principal: Principal,
  row: DecisionRow,
  moment: Moment | undefined,
  people: ReadonlyMap<string, Person>,
): Decision["why"]["candidates"] {
  const shown = (moment?.candidates ?? []).filter(({ agentId }) => mayKnow(principal, agentId));
  const turns = row.strategy === "round_robin";
  const rank = (one: SeatView): number => Number(one.agentId !== row.agentId) + 2 * Number(!one.able);
  return shown
    .toSorted((one, other) => rank(one) - rank(other) || one.count - other.count || other.room - one.room)
    .slice(0, MOST_CANDIDATES)
    .flatMap((one) => {
      const person = people.get(one.agentId);
      if (!person) return [];
      const { openLeads: open_leads, maxCapacity: max_capacity, score } = one;
      const facts = { agent: person.email, name: person.name, open_leads, max_capacity, score };
      return [{ ...facts, turns: turns ? one.count : null }];
    });
}

function excludedOf(
  principal: Principal,
  moment: Moment | undefined,
  people: ReadonlyMap<string, Person>,
): Decision["why"]["excluded"] {
  return (moment?.excluded ?? [])
    .filter(({ agentId }) => mayKnow(principal, agentId))
    .flatMap(({ agentId, reason }) => {
      const person = people.get(agentId);
      return person ? [{ agent: person.email, name: person.name, reason }] : [];
    });
}

const mayKnow = (principal: Principal, agentId: string): boolean => isStaff(principal) || principal.agentId === agentId;
