import type { Db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { ExitOccasion, QueueExit } from "../domain/queue-exits";

const whole = {
  exits: true,
  members: { include: { agent: { include: { user: true } } }, orderBy: [{ level: "asc" }, { agentId: "asc" }] },
} as const satisfies Prisma.CallQueueInclude;

/** A queue with its ways out and its members. */
export type QueueSettingsRow = Prisma.CallQueueGetPayload<{ include: typeof whole }>;
/** Columns of a queue that people change. */
export type QueueColumns = Omit<Prisma.CallQueueUncheckedUpdateInput, "id" | "key" | "version" | "archivedAt">;

/** What leads to a queue, in words. */
export interface QueueUse {
  callers: number;
  numbers: string[];
  menus: string[];
  queues: string[];
  others: number;
}

/** Queues as managers set them up. Archived ones are not among them. */
export class QueueSettingsRepository {
  constructor(private readonly db: Db) {}

  async list(executor: Db | Tx = this.db): Promise<QueueSettingsRow[]> {
    return executor.callQueue.findMany({
      where: { archivedAt: null },
      include: whole,
      orderBy: [{ name: "asc" }, { id: "asc" }],
    });
  }

  async find(queueId: string, executor: Db | Tx = this.db): Promise<QueueSettingsRow | null> {
    return executor.callQueue.findFirst({ where: { id: queueId, archivedAt: null }, include: whole });
  }

  /** Holds the queue against other changes and against callers who come to its door. */
  async lock(tx: Tx, queueId: string): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM call_queues WHERE id = ${queueId}::uuid FOR UPDATE`;
  }

  /** Those of the given queues that exist and are open. */
  async known(tx: Tx, queueIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.callQueue.findMany({
      where: { id: { in: [...queueIds] }, archivedAt: null },
      select: { id: true },
    });
    return new Set(rows.map(({ id }) => id));
  }

  async insert(tx: Tx, queue: { id: string; key: string; name: string }): Promise<void> {
    await tx.callQueue.create({ data: queue });
  }

  /** Writes the columns of a queue that has just been made. */
  async write(tx: Tx, queueId: string, columns: QueueColumns): Promise<void> {
    await tx.callQueue.update({ where: { id: queueId }, data: columns });
  }

  /** Writes the columns, and counts the version up. */
  async update(tx: Tx, queueId: string, columns: QueueColumns): Promise<void> {
    await tx.callQueue.update({ where: { id: queueId }, data: { ...columns, version: { increment: 1 } } });
  }

  async setExit(tx: Tx, queueId: string, occasion: ExitOccasion, exit: QueueExit | null): Promise<void> {
    await tx.queueExit.deleteMany({ where: { queueId, occasion } });
    if (exit) await tx.queueExit.create({ data: { queueId, occasion, ...exit } });
  }

  async setMembers(tx: Tx, queueId: string, members: readonly { agentId: string; level: number }[]): Promise<void> {
    await tx.queueMembership.deleteMany({ where: { queueId } });
    await tx.queueMembership.createMany({ data: members.map((member) => ({ queueId, ...member })) });
  }

  /** Who waits in the queue and what leads to it. */
  async uses(tx: Tx, queueId: string): Promise<QueueUse> {
    const live = ["waiting", "offered", "connecting", "in_conversation", "wrap_up"] as const;
    const [callers, numbers, menus, exits, others] = [
      await tx.queuedCall.count({ where: { queueId, state: { in: [...live] } } }),
      await tx.callRoute.findMany({ where: { queueId }, select: { number: true } }),
      await tx.callMenu.findMany({
        where: { OR: [{ defaultQueueId: queueId }, { options: { some: { queueId } } }] },
        select: { name: true },
      }),
      await tx.queueExit.findMany({
        where: { targetQueueId: queueId, queue: { archivedAt: null } },
        select: { queue: { select: { name: true } } },
      }),
      await tx.callQueue.count({ where: { archivedAt: null, id: { not: queueId } } }),
    ];
    return {
      callers,
      numbers: numbers.map(({ number }) => number),
      menus: menus.map(({ name }) => name),
      queues: [...new Set(exits.map(({ queue }) => queue.name))],
      others,
    };
  }

  /** Closes it for good. Members and ways out go; what the call log says of it stays. */
  async archive(tx: Tx, queueId: string): Promise<void> {
    await tx.queueMembership.deleteMany({ where: { queueId } });
    await tx.queueExit.deleteMany({ where: { queueId } });
    await tx.$executeRaw`UPDATE call_queues SET archived_at = evenhand_now() WHERE id = ${queueId}::uuid`;
  }

  async setSkills(tx: Tx, agentId: string, skills: readonly string[]): Promise<string[]> {
    const [before] = await tx.$queryRaw<{ skills: string[] }[]>`
      SELECT skills FROM agents WHERE id = ${agentId}::uuid FOR NO KEY UPDATE`;
    await tx.$executeRaw`UPDATE agents SET skills = ${skills as string[]}::text[] WHERE id = ${agentId}::uuid`;
    return before?.skills ?? [];
  }
}
