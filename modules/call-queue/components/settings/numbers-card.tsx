"use client";

import { useQuery } from "@tanstack/react-query";
import { Card, CardHeader } from "@/components/ui/card";
import type { QueueSettingsView } from "../../queues.schemas";
import { PhoneNumber } from "../phone-number";
import { menusQuery, numbersQuery } from "./queue-queries";

/** Where dialled numbers lead, and what the keys of each menu mean. */
export function NumbersCard({ queues }: { queues: readonly QueueSettingsView[] }) {
  const numbers = useQuery(numbersQuery).data?.numbers ?? [];
  const menus = useQuery(menusQuery).data?.menus ?? [];
  const queueName = (queueId: string | null): string =>
    queues.find((queue) => queue.queueId === queueId)?.name ?? "a queue";
  const target = (queueId: string | null, menuId: string | null): string =>
    menuId === null ? queueName(queueId) : (menus.find((menu) => menu.menuId === menuId)?.name ?? "a menu");
  return (
    <Card aria-labelledby="numbers-title" className="min-w-0">
      <CardHeader id="numbers-title" title="Numbers and menus" />
      <ul className="divide-y divide-line">
        {numbers.map(({ number, queueId, menuId }) => (
          <li key={number} className="px-4 py-2 text-sm">
            <PhoneNumber number={number} className="font-medium" />{" "}
            <span className="text-muted">leads to {target(queueId, menuId)}</span>
          </li>
        ))}
        <li className="px-4 py-2 text-sm text-muted">Any other number leads to the first queue that was made.</li>
        {menus.map((menu) => (
          <li key={menu.menuId} className="px-4 py-2 text-sm">
            <h3 className="font-medium">{menu.name}</h3>
            <p className="text-muted">“{menu.prompt}”</p>
            <ul className="mt-1">
              {menu.options.map((option) => (
                <li key={option.digit}>
                  <kbd className="font-medium">{option.digit}</kbd> {option.label}: {queueName(option.queueId)}
                </li>
              ))}
              <li className="text-muted">no key: {queueName(menu.defaultQueueId)}</li>
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  );
}
