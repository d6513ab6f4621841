import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { CallEntryRepository, MenuSettingsRow } from "../repositories/call-entry.repository";
import type { createMenu, MenuView, NumberView, putNumber, VipView } from "../call-entry.schemas";
import { e164 } from "./dialled-number";

type MenuRequest = z.output<NonNullable<(typeof createMenu)["body"]>>;
type NumberRequest = z.output<NonNullable<(typeof putNumber)["body"]>>;

/** The ways into the house, as managers set them up: dialled numbers, menus and the VIP list. */
export class CallEntryService {
  constructor(
    private readonly db: Db,
    private readonly entries: CallEntryRepository,
  ) {}

  async menus(principal: Principal): Promise<MenuView[]> {
    requireStaff(principal);
    return (await this.entries.menus()).map(menuView);
  }

  /** Makes a menu, or changes the one given (managers). Throws 404, 409 menu_name_taken, 422 unknown_queue. */
  async putMenu(
    principal: Principal,
    menuId: string | undefined,
    request: MenuRequest,
    requestId?: string,
  ): Promise<MenuView> {
    requireStaff(principal);
    const { options, ...columns } = request;
    return this.changing(async (tx) => {
      const before = menuId === undefined ? null : await this.findMenu(tx, menuId);
      const id = before?.id ?? newId();
      await this.refuseUnknown(tx, [columns.defaultQueueId, ...options.map(({ queueId }) => queueId)]);
      if (await this.entries.isMenuNameTaken(tx, columns.name, id)) {
        throw conflict("menu_name_taken", `There is a menu called ${columns.name} already.`, { name: columns.name });
      }
      const after = menuView(await this.entries.putMenu(tx, id, columns, options));
      await this.record(tx, principal, requestId, {
        action: before ? "setting.menu_changed" : "setting.menu_created",
        entityId: `menu:${id}`,
        ...(before ? { before: menuView(before) } : {}),
        after,
      });
      return after;
    });
  }

  /** Throws 404, 409 menu_in_use. */
  async deleteMenu(principal: Principal, menuId: string, requestId?: string): Promise<void> {
    requireStaff(principal);
    await this.changing(async (tx) => {
      const before = await this.findMenu(tx, menuId);
      const numbers = (await this.entries.numbers(tx)).filter((route) => route.menuId === before.id);
      if (numbers.length > 0) {
        const dialled = numbers.map(({ number }) => number);
        throw conflict("menu_in_use", `${dialled.join(", ")} lead to ${before.name}.`, { numbers: dialled });
      }
      await this.entries.deleteMenu(tx, before.id);
      const entityId = `menu:${before.id}`;
      const record = { action: "setting.menu_deleted", entityId, before: menuView(before) };
      await this.record(tx, principal, requestId, record);
      return true;
    });
  }

  async numbers(principal: Principal): Promise<NumberView[]> {
    requireStaff(principal);
    return (await this.entries.numbers()).map(numberView);
  }

  /** Leads a number to a queue or a menu (managers). Throws 422 not_a_number, unknown_queue, unknown_menu. */
  async putNumber(
    principal: Principal,
    dialled: string,
    request: NumberRequest,
    requestId?: string,
  ): Promise<NumberView> {
    requireStaff(principal);
    const number = e164(dialled);
    return this.changing(async (tx) => {
      if (request.queueId !== undefined) await this.refuseUnknown(tx, [request.queueId]);
      if (request.menuId !== undefined && !(isId(request.menuId) && (await this.entries.menu(request.menuId, tx)))) {
        throw unprocessable("unknown_menu", "There is no such menu.", { menuId: request.menuId });
      }
      const before = await this.entries.number(tx, number);
      const after = {
        number,
        label: request.label,
        queueId: request.queueId ?? null,
        menuId: request.menuId ?? null,
        language: request.language ?? null,
      };
      await this.entries.putNumber(tx, after);
      await this.record(tx, principal, requestId, {
        action: before ? "setting.number_changed" : "setting.number_added",
        entityId: `number:${number}`,
        ...(before ? { before: numberView(before) } : {}),
        after,
      });
      return after;
    });
  }

  /** Throws 404. */
  async deleteNumber(principal: Principal, dialled: string, requestId?: string): Promise<void> {
    requireStaff(principal);
    const number = e164(dialled);
    await this.changing(async (tx) => {
      const before = await this.entries.number(tx, number);
      if (!before || !(await this.entries.deleteNumber(tx, number))) throw notFound("This number");
      const entityId = `number:${number}`;
      const record = { action: "setting.number_removed", entityId, before: numberView(before) };
      await this.record(tx, principal, requestId, record);
      return true;
    });
  }

  async vips(principal: Principal): Promise<VipView[]> {
    requireStaff(principal);
    return (await this.entries.vips()).map(vipView);
  }

  /** Puts a caller on the list (managers). Throws 422 not_a_number. */
  async putVip(principal: Principal, dialled: string, label: string, requestId?: string): Promise<VipView> {
    requireStaff(principal);
    const number = e164(dialled);
    return this.changing(async (tx) => {
      const before = await this.entries.vip(tx, number);
      const after = vipView(await this.entries.putVip(tx, { number, label, addedBy: principal.email }));
      if (before?.label === label) return after;
      await this.record(tx, principal, requestId, {
        action: before ? "setting.vip_changed" : "setting.vip_added",
        entityId: `vip:${number}`,
        ...(before ? { before: { label: before.label } } : {}),
        after: { label },
      });
      return after;
    });
  }

  /** Throws 404. */
  async deleteVip(principal: Principal, dialled: string, requestId?: string): Promise<void> {
    requireStaff(principal);
    const number = e164(dialled);
    await this.changing(async (tx) => {
      const before = await this.entries.vip(tx, number);
      if (!before || !(await this.entries.deleteVip(tx, number))) throw notFound("This caller");
      const entityId = `vip:${number}`;
      await this.record(tx, principal, requestId, {
        action: "setting.vip_removed",
        entityId,
        before: { label: before.label },
      });
      return true;
    });
  }

  private async changing<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(
      this.db,
      async (tx) => {
        await this.entries.lockAll(tx);
        return work(tx);
      },
      { once: "call-entry" },
    );
  }

  private async findMenu(tx: Tx, menuId: string): Promise<MenuSettingsRow> {
    const menu = isId(menuId) ? await this.entries.menu(menuId.toLowerCase(), tx) : null;
    if (!menu) throw notFound("This menu");
    return menu;
  }

  private async refuseUnknown(tx: Tx, queueIds: readonly string[]): Promise<void> {
    const open = await this.entries.openQueues(tx, queueIds.filter(isId));
    const unknown = queueIds.find((id) => !open.has(id));
    if (unknown !== undefined) throw unprocessable("unknown_queue", "There is no such queue.", { queueId: unknown });
  }

  private async record(
    tx: Tx,
    principal: Principal,
    requestId: string | undefined,
    record: Omit<AuditRecord, "entityType">,
  ): Promise<void> {
    await writeAudit(tx, { ...actorOf(principal), requestId }, [{ ...record, entityType: "setting" }]);
  }
}

function menuView(row: MenuSettingsRow): MenuView {
  const { id, name, language, prompt, invalidText, timeoutSeconds, repeats, defaultQueueId } = row;
  const options = row.options.map(({ digit, label, queueId, skills, language: spoken }) => ({
    ...{ digit, label, queueId, skills },
    language: spoken,
  }));
  return { menuId: id, name, language, prompt, invalidText, timeoutSeconds, repeats, defaultQueueId, options };
}

const numberView = ({ number, label, queueId, menuId, language }: NumberView): NumberView => ({
  ...{ number, label, queueId, menuId },
  language,
});

const vipView = (row: { number: string; label: string; addedBy: string; addedAt: Date }): VipView => ({
  number: row.number,
  label: row.label,
  addedBy: row.addedBy,
  addedAt: row.addedAt.toISOString(),
});
