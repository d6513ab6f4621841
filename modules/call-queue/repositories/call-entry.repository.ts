import type { Db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

const withOptions = { options: { orderBy: { digit: "asc" } } } as const satisfies Prisma.CallMenuInclude;
export type MenuSettingsRow = Prisma.CallMenuGetPayload<{ include: typeof withOptions }>;

export interface MenuColumns {
  name: string;
  language: string;
  prompt: string;
  invalidText: string;
  timeoutSeconds: number;
  repeats: number;
  defaultQueueId: string;
}

export interface MenuOption {
  digit: string;
  label: string;
  queueId: string;
  skills: string[];
  language: string | null;
}

/** Any number that means "who changes menus and numbers" to advisory locks, and nothing else. */
const ENTRIES_LOCK = 7_203_144_918;

/** The ways into the house: numbers, menus, and the VIP list. */
export class CallEntryRepository {
  constructor(private readonly db: Db) {}

  /** Changes come one after the other until the transaction ends, so that a name is given once. */
  async lockAll(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ENTRIES_LOCK}::bigint)`;
  }

  /** Those of these queues that are open, kept from being archived until the transaction ends. */
  async openQueues(tx: Tx, queueIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM call_queues WHERE id = ANY (${queueIds as string[]}::uuid[]) AND archived_at IS NULL
      ORDER BY id FOR SHARE`;
    return new Set(rows.map(({ id }) => id));
  }

  async menus(executor: Db | Tx = this.db): Promise<MenuSettingsRow[]> {
    return executor.callMenu.findMany({ include: withOptions, orderBy: { name: "asc" } });
  }

  async menu(menuId: string, executor: Db | Tx = this.db): Promise<MenuSettingsRow | null> {
    return executor.callMenu.findUnique({ where: { id: menuId }, include: withOptions });
  }

  async isMenuNameTaken(tx: Tx, name: string, exceptId: string): Promise<boolean> {
    const where = { name: { equals: name, mode: "insensitive" as const }, id: { not: exceptId } };
    return (await tx.callMenu.count({ where })) > 0;
  }

  async putMenu(tx: Tx, id: string, columns: MenuColumns, options: readonly MenuOption[]): Promise<MenuSettingsRow> {
    await tx.callMenu.upsert({
      where: { id },
      create: { id, ...columns },
      update: { ...columns, version: { increment: 1 } },
    });
    await tx.callMenuOption.deleteMany({ where: { menuId: id } });
    await tx.callMenuOption.createMany({ data: options.map((option) => ({ menuId: id, ...option })) });
    return tx.callMenu.findUniqueOrThrow({ where: { id }, include: withOptions });
  }

  async deleteMenu(tx: Tx, menuId: string): Promise<void> {
    await tx.callMenu.delete({ where: { id: menuId } });
  }

  async numbers(executor: Db | Tx = this.db) {
    return executor.callRoute.findMany({ orderBy: { number: "asc" } });
  }

  async number(tx: Tx, number: string) {
    return tx.callRoute.findUnique({ where: { number } });
  }

  async putNumber(
    tx: Tx,
    route: { number: string; label: string; queueId: string | null; menuId: string | null; language: string | null },
  ): Promise<void> {
    const { number, ...columns } = route;
    await tx.callRoute.upsert({ where: { number }, create: route, update: { ...columns, updatedAt: new Date() } });
  }

  async deleteNumber(tx: Tx, number: string): Promise<boolean> {
    return (await tx.callRoute.deleteMany({ where: { number } })).count > 0;
  }

  async vips(executor: Db | Tx = this.db) {
    return executor.vipNumber.findMany({ orderBy: [{ addedAt: "desc" }, { number: "asc" }], take: 5_000 });
  }

  async vip(tx: Tx, number: string) {
    return tx.vipNumber.findUnique({ where: { number } });
  }

  async putVip(tx: Tx, vip: { number: string; label: string; addedBy: string }) {
    const { number, label } = vip;
    return tx.vipNumber.upsert({ where: { number }, create: vip, update: { label } });
  }

  async deleteVip(tx: Tx, number: string): Promise<boolean> {
    return (await tx.vipNumber.deleteMany({ where: { number } })).count > 0;
  }
}
