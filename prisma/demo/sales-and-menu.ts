import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { menu, salesQueue } from "./people";

/** The second queue, which overflows into support, and the menu before both on a number of its own. */
export async function addSalesAndMenu(
  tx: Tx,
  actor: Actor,
  supportId: string,
  agentIdOf: (email: string) => string | undefined,
): Promise<void> {
  const salesId = newId();
  const { members, welcome, ...queue } = salesQueue;
  // After support: a number that nobody has set up leads to the first queue.
  const said = { create: [{ language: "en", key: "welcome", text: welcome }] };
  await tx.callQueue.create({
    data: { id: salesId, ...queue, createdAt: new Date(Date.now() + 1_000), announcements: said },
  });
  const rows = members.flatMap(({ email, level }) => {
    const agentId = agentIdOf(email);
    return agentId === undefined ? [] : [{ queueId: salesId, agentId, level }];
  });
  await tx.queueMembership.createMany({ data: rows });
  await tx.queueExit.create({
    data: { queueId: salesId, occasion: "overflow", kind: "queue", message: "", targetQueueId: supportId },
  });
  const menuId = newId();
  const { number, ...words } = menu;
  await tx.callMenu.create({ data: { id: menuId, ...words, defaultQueueId: supportId } });
  await tx.callMenuOption.createMany({
    data: [
      { menuId, digit: "1", label: "Sales", queueId: salesId },
      { menuId, digit: "2", label: "Support", queueId: supportId },
    ],
  });
  await tx.callRoute.create({ data: { number, label: "Main menu", menuId } });
  await writeAudit(tx, actor, [
    {
      action: "queue.created",
      entityType: "queue",
      entityId: salesId,
      after: { key: queue.key, members: rows.length },
    },
    { action: "setting.menu_created", entityType: "setting", entityId: `menu:${menuId}`, after: { name: words.name } },
    { action: "setting.number_added", entityType: "setting", entityId: `number:${number}`, after: { menuId } },
  ]);
}
