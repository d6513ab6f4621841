import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import { changeActivities } from "../domain/change-activities";
import type { FactsChange, KnownLead, LeadKeys, NewLead, TakenBack, ToTakeBack } from "../domain/lead-import";
import type { LeadFacts } from "../domain/lead";
import type { LeadActivityRepository, NewActivity } from "../repositories/lead-activity.repository";
import type { LeadImportRepository } from "../repositories/lead-import.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import type { ReturnTimer } from "./return-timer";

/** Which import, for timeline and audit. */
export interface Origin {
  importId: string;
  actor: Actor;
}

/** Leads for those who bring them into the house by the hundred: each with its timeline and its audit row. */
export class LeadsIn {
  constructor(
    private readonly leads: LeadImportRepository,
    private readonly rows: Pick<LeadRepository, "dispositions">,
    private readonly activities: LeadActivityRepository,
    private readonly timer: Pick<ReturnTimer, "restart">,
  ) {}

  dispositions(): Promise<{ code: string; label: string; isOpen: boolean }[]> {
    return this.rows.dispositions();
  }

  /** The leads that are there already, the oldest first. */
  find(keys: LeadKeys): Promise<KnownLead[]> {
    return this.leads.find(keys);
  }

  /** The same, locked until the transaction ends. */
  lock(tx: Tx, keys: LeadKeys): Promise<KnownLead[]> {
    return this.leads.lock(tx, keys);
  }

  /** Makes leads that nobody has yet. */
  async make(tx: Tx, { importId, actor }: Origin, leads: readonly NewLead[]): Promise<void> {
    if (leads.length === 0) return;
    await this.leads.insert(tx, leads);
    await this.activities.add(
      tx,
      actor,
      leads.flatMap(({ id, facts, notes }): NewActivity[] => [
        { leadId: id, type: "created", data: { source: facts.source, import_id: importId } },
        ...(notes === undefined ? [] : [{ leadId: id, type: "note" as const, data: { text: notes } }]),
      ]),
    );
    await writeAudit(
      tx,
      actor,
      leads.map(({ id, facts }) => record("lead.created", id, undefined, { ...facts, import: importId })),
    );
  }

  /**
   * Changes facts of leads that lock() has locked. The database refuses (EH001) what would pass an agent's capacity.
   */
  async change(
    tx: Tx,
    { importId, actor }: Origin,
    known: readonly KnownLead[],
    changes: readonly FactsChange[],
  ): Promise<void> {
    if (changes.length === 0) return;
    const byId = new Map(known.map((lead) => [lead.id, lead]));
    const whole = changes.map((change) => {
      const lead = byId.get(change.id);
      if (!lead) throw new Error("a lead is changed that was not locked");
      return { ...change, lead, facts: { ...factsOf(lead), ...change.after } };
    });
    await this.leads.update(tx, whole);
    const reprioritised = whole.filter(({ after }) => after.priority !== undefined).map(({ id }) => id);
    if (reprioritised.length > 0) await this.timer.restart(tx, reprioritised, "assignment");
    await this.activities.add(
      tx,
      actor,
      whole.flatMap(({ lead, after }) =>
        changeActivities(lead, after).map((entry) => ({ ...entry, data: { ...entry.data, import_id: importId } })),
      ),
    );
    await writeAudit(
      tx,
      actor,
      whole.map(({ id, before, after }) => record("lead.updated", id, before, { ...after, import: importId })),
    );
  }

  /**
   * Takes leads back that an import has written: new ones go, others get back what they had. One that somebody has
   * written since, or locked, is left alone. Answers what became of each; the database refuses (EH001) what would pass
   * an agent's capacity, unless `withoutReopening`.
   */
  async takeBack(
    tx: Tx,
    { importId, actor }: Origin,
    wanted: readonly ToTakeBack[],
    withoutReopening: boolean,
  ): Promise<Map<string, TakenBack>> {
    const known = await this.leads.lockByIds(
      tx,
      wanted.map(({ leadId }) => leadId),
    );
    const byId = new Map(known.map((lead) => [lead.id, lead]));
    const open = new Set((await this.rows.dispositions(tx)).filter(({ isOpen }) => isOpen).map(({ code }) => code));
    const outcomes = new Map<string, TakenBack>();
    const changes: FactsChange[] = [];
    for (const { leadId, isNew, version, before } of wanted) {
      const lead = byId.get(leadId);
      outcomes.set(leadId, fateOf(lead, { isNew, version, before }, open, withoutReopening));
      if (lead && outcomes.get(leadId) === "set_back") changes.push(backTo(lead, before ?? {}));
    }
    const gone = [...outcomes].filter(([, outcome]) => outcome === "removed").map(([id]) => id);
    await this.change(tx, { importId, actor }, known, changes);
    await this.remove(tx, { importId, actor }, gone);
    return outcomes;
  }

  private async remove(tx: Tx, { importId, actor }: Origin, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.leads.remove(tx, ids);
    const data = { import_id: importId };
    await this.activities.add(
      tx,
      actor,
      ids.map((leadId) => ({ leadId, type: "removed", data })),
    );
    await writeAudit(
      tx,
      actor,
      ids.map((id) => record("lead.removed", id, undefined, { import: importId })),
    );
  }
}

function fateOf(
  lead: KnownLead | undefined,
  { isNew, version, before }: Omit<ToTakeBack, "leadId">,
  open: ReadonlySet<string>,
  withoutReopening: boolean,
): TakenBack {
  if (!lead) return "lead_not_found";
  if (lead.version !== version) return "changed_since";
  if (lead.isLocked) return "lead_locked";
  if (isNew) return "removed";
  const reopens = lead.isAssigned && !lead.isOpen && before?.disposition !== undefined && open.has(before.disposition);
  return reopens && withoutReopening ? "no_capacity" : "set_back";
}

function backTo(lead: KnownLead, before: Partial<LeadFacts>): FactsChange {
  const facts = factsOf(lead);
  const now = Object.fromEntries(
    (Object.keys(before) as (keyof LeadFacts)[]).map((field) => [field, facts[field]]),
  ) as Partial<LeadFacts>;
  return { id: lead.id, version: lead.version, before: now, after: before };
}

function factsOf({ name, phone, email, source, disposition, priority, tags, follow_up_on }: KnownLead): LeadFacts {
  return { name, phone, email, source, disposition, priority, tags, follow_up_on };
}

function record(
  action: string,
  entityId: string,
  before: Partial<LeadFacts> | undefined,
  after: NonNullable<AuditRecord["after"]>,
): AuditRecord {
  return { action, entityType: "lead", entityId, ...(before ? { before: { ...before } } : {}), after };
}
