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
import { deleteMenu, type MenuView } from "../../call-entry.schemas";
import type { QueueSettingsView } from "../../queues.schemas";
import { languageName } from "./announcement-words";
import { MenuDialog } from "./menu-dialog";
import { menusQuery } from "./queue-queries";

/** What the keys of each menu mean. */
export function MenusCard({ queues }: { queues: readonly QueueSettingsView[] }) {
  const menus = useQuery(menusQuery).data?.menus ?? [];
  const [editing, setEditing] = useState<MenuView | "new">();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (menuId: string) => api(deleteMenu, { params: { menuId } }),
    onError: (error) => toastFailure("The menu was not deleted", inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: menusQuery.queryKey }),
  });
  const queueName = (queueId: string): string => queues.find((queue) => queue.queueId === queueId)?.name ?? "a queue";
  return (
    <Card aria-labelledby="menus-title" className="min-w-0">
      <CardHeader
        id="menus-title"
        title="Menus"
        actions={
          <Button size="sm" disabled={queues.length === 0} onClick={() => setEditing("new")}>
            <Plus aria-hidden />
            Menu
          </Button>
        }
      />
      <ul className="divide-y divide-line">
        {menus.length === 0 && (
          <li className="px-4 py-3 text-sm text-muted">None yet. A number can lead to a menu instead of a queue.</li>
        )}
        {menus.map((menu) => (
          <li key={menu.menuId} className="flex gap-1 py-2 pr-2 pl-4 text-sm">
            <div className="min-w-0 flex-1">
              <h3 className="font-medium">{menu.name}</h3>
              <p className="text-muted" lang={menu.language}>
                “{menu.prompt}”
              </p>
              <ul className="mt-1">
                {menu.options.map(({ digit, label, queueId, language }) => (
                  <li key={digit}>
                    <kbd className="font-medium">{digit}</kbd> {label}: {queueName(queueId)}
                    {language !== null && <span className="text-muted">, in {languageName(language)}</span>}
                  </li>
                ))}
                <li className="text-muted">no key: {queueName(menu.defaultQueueId)}</li>
              </ul>
            </div>
            <IconButton label={`Change ${menu.name}`} size="sm" onClick={() => setEditing(menu)}>
              <Pencil />
            </IconButton>
            <IconButton label={`Delete ${menu.name}`} size="sm" onClick={() => remove.mutate(menu.menuId)}>
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
      {editing !== undefined && (
        <MenuDialog
          stored={editing === "new" ? undefined : editing}
          queues={queues}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Card>
  );
}
