import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { notFound } from "@/lib/errors";
import { actorOf, requireStaff, type Actor, type Principal } from "@/lib/principal";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import { MOST_LISTED, type CallerIdView, type DoNotCallView } from "../call-out.schemas";
import type { CallOutNumberRepository, DoNotCallRow } from "../repositories/call-out-number.repository";
import { e164 } from "./dialled-number";

/** Whom nobody may call, and what those see who are called (managers). */
export class CallOutNumbersService {
  constructor(
    private readonly db: Db,
    private readonly numbers: CallOutNumberRepository,
  ) {}

  async doNotCall(
    principal: Principal,
    search: string | undefined,
  ): Promise<{ numbers: DoNotCallView[]; total: number }> {
    requireStaff(principal);
    const found = await this.numbers.doNotCall((search ?? "").replaceAll(/\D/g, ""), MOST_LISTED);
    return { numbers: found.map(doNotCallView), total: await this.numbers.countDoNotCall() };
  }

  /** Puts a number on the list, or changes the reason. Throws 422 not_a_number. */
  async putDoNotCall(principal: Principal, dialled: string, reason: string, requestId: string): Promise<DoNotCallView> {
    requireStaff(principal);
    const number = e164(dialled);
    const actor = { ...actorOf(principal), requestId };
    return this.changing(async (tx) => {
      if (!(await this.refuse(tx, { number, reason }, actor))) {
        const before = await this.numbers.lockDoNotCall(tx, number);
        if (before && before.reason !== reason) {
          await this.numbers.setReason(tx, number, reason);
          const facts = { before: { reason: before.reason }, after: { reason } };
          await this.record(tx, actor, {
            action: "setting.do_not_call_changed",
            entityId: doNotCallId(number),
            ...facts,
          });
        }
      }
      const after = await this.numbers.lockDoNotCall(tx, number);
      if (!after) throw new Error(`${number} is not on the list although it was put there.`);
      return doNotCallView(after);
    });
  }

  /** Throws 404 for a number that is not on the list, 422 not_a_number. */
  async deleteDoNotCall(principal: Principal, dialled: string, requestId: string): Promise<void> {
    requireStaff(principal);
    const number = e164(dialled);
    await this.changing(async (tx) => {
      const before = await this.numbers.lockDoNotCall(tx, number);
      if (!before) throw notFound("This number");
      await this.numbers.deleteDoNotCall(tx, number);
      const [action, entityId] = ["setting.do_not_call_removed", doNotCallId(number)];
      await this.record(
        tx,
        { ...actorOf(principal), requestId },
        { action, entityId, before: { reason: before.reason } },
      );
      return true;
    });
  }

  /** Somebody asked not to be called any more, in the caller's transaction; false when that is known. */
  async refuse(tx: Tx, { number, reason }: { number: string; reason: string }, actor: Actor): Promise<boolean> {
    if (!(await this.numbers.addDoNotCall(tx, { number, reason, addedBy: actor.label }))) return false;
    await this.record(tx, actor, {
      action: "setting.do_not_call_added",
      entityId: doNotCallId(number),
      after: { reason },
    });
    return true;
  }

  /** Lets calls out show a number, or changes what it is called. Throws 422 not_a_number. */
  async putCallerId(principal: Principal, dialled: string, label: string, requestId: string): Promise<CallerIdView> {
    requireStaff(principal);
    const number = e164(dialled);
    return this.changing(async (tx) => {
      const before = await this.numbers.lockCallerId(tx, number);
      if (before === label) return { number, label };
      await this.numbers.putCallerId(tx, number, label);
      await this.record(
        tx,
        { ...actorOf(principal), requestId },
        {
          action: before === undefined ? "setting.caller_id_added" : "setting.caller_id_changed",
          entityId: `caller-id:${number}`,
          ...(before === undefined ? {} : { before: { label: before } }),
          after: { label },
        },
      );
      return { number, label };
    });
  }

  /** Throws 404 for a number that is not shown, 422 not_a_number. */
  async deleteCallerId(principal: Principal, dialled: string, requestId: string): Promise<void> {
    requireStaff(principal);
    const number = e164(dialled);
    await this.changing(async (tx) => {
      const label = await this.numbers.lockCallerId(tx, number);
      if (label === undefined) throw notFound("This number");
      await this.numbers.deleteCallerId(tx, number);
      const [action, entityId] = ["setting.caller_id_removed", `caller-id:${number}`];
      await this.record(tx, { ...actorOf(principal), requestId }, { action, entityId, before: { label } });
      return true;
    });
  }

  private changing<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.db, work, { once: "call-out-numbers" });
  }

  private async record(tx: Tx, actor: Actor, record: Omit<AuditRecord, "entityType">): Promise<void> {
    await writeAudit(tx, actor, [{ ...record, entityType: "setting" }]);
  }
}

const doNotCallId = (number: string): string => `do-not-call:${number}`;

const doNotCallView = ({ addedAt, ...row }: DoNotCallRow): DoNotCallView => ({
  ...row,
  addedAt: addedAt.toISOString(),
});
