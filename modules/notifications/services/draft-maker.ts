import type { Tx } from "@/lib/db/transaction";
import type { Draft, NotificationData, Subject, Figures } from "../domain/notification";
import type { NotedKind, WaitingEvent } from "../domain/noted-events";
import type { NotificationFactsRepository } from "../repositories/notification-facts.repository";

type Noted<K extends NotedKind> = Extract<WaitingEvent, { event: K }>;

/** An edit of few leads ends before its author's eyes: only longer work is worth a message to whom ran it. */
const LEADS_WORTH_TELLING = 50;

/** Finds out whom noted events concern, and what is to be said. Reads only. */
export class DraftMaker {
  constructor(private readonly facts: NotificationFactsRepository) {}

  /** What is to be told of these events, in their order within each kind. */
  async drafts(tx: Tx, events: readonly WaitingEvent[]): Promise<Draft[]> {
    const of = <K extends NotedKind>(kind: K): Noted<K>[] =>
      events.filter((event): event is Noted<K> => event.event === kind);
    const made = [
      await this.assigned(tx, of("lead_assigned")),
      await this.plans(tx, of("plan_ended")),
      await this.callbacks(tx, of("callback_due")),
      await this.missed(tx, of("ring_missed")),
      await this.exports(tx, of("export_ended")),
      imports(of("import_ended")),
      await this.alerts(tx, of("alert_raised")),
      await this.capacity(tx, of("capacity_reached")),
    ];
    return made.flat();
  }

  private async assigned(tx: Tx, events: readonly Noted<"lead_assigned">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const found = await this.facts.assigned(
      tx,
      events.map(({ data }) => data),
    );
    const byMove = new Map(found.map((one) => [`${one.leadId} ${one.agentId} ${one.actorId}`, one]));
    return events.flatMap(({ data: { leadId, agentId, actorId, by } }) => {
      const one = byMove.get(`${leadId} ${agentId} ${actorId}`);
      if (!one || one.userId === actorId) return [];
      return [
        draft(one.userId, "assigned", "assigned", about([{ id: leadId, label: one.name }], { by: one.by ?? by })),
      ];
    });
  }

  private async plans(tx: Tx, events: readonly Noted<"plan_ended">[]): Promise<Draft[]> {
    const drafts: Draft[] = [];
    for (const { data } of events) {
      const plan = await this.facts.plan(tx, data.planId);
      if (!plan) continue;
      const { runnerId, by, ...figures } = plan;
      for (const { userId, leads } of await this.facts.brought(tx, data.planId)) {
        if (userId !== runnerId) drafts.push(draft(userId, "bulk", null, about([], { part: "agent", leads, by })));
      }
      const long = plan.kind !== "edits" && plan.total >= LEADS_WORTH_TELLING;
      if (long || plan.state === "failed") {
        drafts.push(draft(runnerId, "bulk", null, about([], { part: "runner", ...figures })));
      }
    }
    return drafts;
  }

  private async callbacks(tx: Tx, events: readonly Noted<"callback_due">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const found = await this.facts.callbacks(
      tx,
      events.map(({ data }) => data.callbackId),
    );
    return found.map(({ callbackId, userId, leadId, label, note }) =>
      draft(userId, "callback_due", null, about([{ id: callbackId, label }], { leadId, note })),
    );
  }

  private async missed(tx: Tx, events: readonly Noted<"ring_missed">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const people = byAgent(
      await this.facts.agents(
        tx,
        events.map(({ data }) => data.agentId),
      ),
    );
    const calls = await this.facts.calls(
      tx,
      events.map(({ data }) => data.callId),
    );
    const labels = new Map(calls.map(({ callId, label }) => [callId, label]));
    return events.flatMap(({ data: { agentId, callId } }) => {
      const [person, label] = [people.get(agentId), labels.get(callId)];
      if (!person || label === undefined) return [];
      return [draft(person.userId, "missed_call", "missed_call", about([{ id: callId, label }], {}))];
    });
  }

  private async exports(tx: Tx, events: readonly Noted<"export_ended">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const found = await this.facts.exports(
      tx,
      events.map(({ data }) => data.exportId),
    );
    const byId = new Map(found.map((one) => [one.exportId, one]));
    return events.flatMap(({ data: { exportId, userId, failed } }) => {
      const one = byId.get(exportId);
      if (!one) return [];
      return [draft(userId, "export", null, about([], { failed, rows: one.rows, format: one.format, why: one.why }))];
    });
  }

  private async alerts(tx: Tx, events: readonly Noted<"alert_raised">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const staff = await this.facts.staff(tx);
    const found = await this.facts.alerts(
      tx,
      events.map(({ data }) => data.alertId),
    );
    return found.flatMap(({ kind, subject, details }) =>
      staff.map((userId) => draft(userId, "alert", `alert:${kind}`, about([], { ...details, kind, subject }))),
    );
  }

  private async capacity(tx: Tx, events: readonly Noted<"capacity_reached">[]): Promise<Draft[]> {
    if (events.length === 0) return [];
    const people = byAgent(
      await this.facts.agents(
        tx,
        events.map(({ data }) => data.agentId),
      ),
    );
    const staff = await this.facts.staff(tx);
    return events.flatMap(({ data: { agentId, maxCapacity } }) => {
      const person = people.get(agentId);
      if (!person) return [];
      const forStaff = about([{ id: agentId, label: person.name }], { part: "staff", maxCapacity });
      return [
        draft(person.userId, "capacity", "capacity:own", about([], { part: "agent", maxCapacity })),
        ...staff
          .filter((userId) => userId !== person.userId)
          .map((userId) => draft(userId, "capacity", "capacity", forStaff)),
      ];
    });
  }
}

const imports = (events: readonly Noted<"import_ended">[]): Draft[] =>
  events.map(({ data: { importId, userId, failed, created, left, file = null, why = null } }) =>
    draft(userId, "import", null, about([], { importId, failed, created, left, file, why })),
  );

const about = (items: readonly Subject[], facts: Figures): NotificationData => ({ items, facts });

const draft = (userId: string, event: Draft["event"], groupKey: string | null, data: NotificationData): Draft => ({
  userId,
  event,
  groupKey,
  count: 1,
  data,
});

const byAgent = <T extends { agentId: string }>(people: readonly T[]): Map<string, T> =>
  new Map(people.map((person) => [person.agentId, person]));
