"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { deleteNumber, type MenuView, type NumberView } from "../../call-entry.schemas";
import type { QueueSettingsView } from "../../queues.schemas";
import { formatPhone, PhoneNumber } from "../phone-number";
import { languageName } from "./announcement-words";
import { NumberDialog } from "./number-dialog";
import { menusQuery, numbersQuery } from "./queue-queries";

/** Where dialled numbers lead. */
export function NumbersCard({ queues }: { queues: readonly QueueSettingsView[] }) {
  const numbers = useQuery(numbersQuery).data?.numbers ?? [];
  const menus = useQuery(menusQuery).data?.menus ?? [];
  const [editing, setEditing] = useState<NumberView | "new">();
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: (number: string) => api(deleteNumber, { params: { number } }),
    onError: (error) => toastFailure("The number was not forgotten", inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: numbersQuery.queryKey }),
  });
  return (
    <Card aria-labelledby="numbers-title" className="min-w-0">
      <CardHeader
        id="numbers-title"
        title="Numbers"
        actions={
          <Button size="sm" onClick={() => setEditing("new")}>
            <Plus aria-hidden />
            Number
          </Button>
        }
      />
      <ul className="divide-y divide-line">
        {numbers.map((one) => (
          <li key={one.number} className="flex items-center gap-1 py-2 pr-2 pl-4 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate">
                <PhoneNumber number={one.number} className="font-medium" />{" "}
                <span className="text-muted">{one.label}</span>
              </span>
              <span className="block truncate text-xs text-muted">
                leads to {targetName(one, queues, menus)}
                {one.language !== null && `, in ${languageName(one.language)}`}
              </span>
            </span>
            <IconButton label={`Change ${formatPhone(one.number)}`} size="sm" onClick={() => setEditing(one)}>
              <Pencil />
            </IconButton>
            <IconButton label={`Forget ${formatPhone(one.number)}`} size="sm" onClick={() => forget.mutate(one.number)}>
              <X />
            </IconButton>
          </li>
        ))}
        <li className="px-4 py-2 text-sm text-muted">Any other number leads to the first queue that was made.</li>
      </ul>
      {editing !== undefined && (
        <NumberDialog
          stored={editing === "new" ? undefined : editing}
          queues={queues}
          menus={menus}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Card>
  );
}

function targetName(
  { queueId, menuId }: NumberView,
  queues: readonly QueueSettingsView[],
  menus: readonly MenuView[],
): string {
  if (menuId !== null) return menus.find((menu) => menu.menuId === menuId)?.name ?? "a menu";
  return queues.find((queue) => queue.queueId === queueId)?.name ?? "a queue";
}
