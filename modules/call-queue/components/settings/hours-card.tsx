"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import type { CalendarView } from "@/modules/leads/return.schemas";
import { HoursDialog } from "./hours-dialog";
import { weekWords } from "./hours-words";
import { calendarsQuery } from "./queue-queries";

/** Business hours with their holidays, which queues are open by and timers of leads run by. */
export function HoursCard() {
  const calendars = useQuery(calendarsQuery).data?.calendars ?? [];
  const [editing, setEditing] = useState<CalendarView | "new">();
  return (
    <Card aria-labelledby="hours-title" className="min-w-0">
      <CardHeader
        id="hours-title"
        title="Business hours"
        actions={
          <Button size="sm" onClick={() => setEditing("new")}>
            <Plus aria-hidden />
            Hours
          </Button>
        }
      />
      <ul className="divide-y divide-line">
        {calendars.map((calendar) => (
          <li key={calendar.name} className="flex items-start gap-1 py-2 pr-2 pl-4 text-sm" data-testid="hours">
            <span className="min-w-0 flex-1">
              <span className="font-medium">{calendar.name}</span>{" "}
              <span className="text-muted">{calendar.time_zone.replaceAll("_", " ")}</span>
              <span className="block text-xs text-muted">
                {weekWords(calendar.weekly)}
                {calendar.holidays.length > 0 &&
                  `; ${calendar.holidays.length} ${calendar.holidays.length === 1 ? "holiday" : "holidays"}`}
              </span>
            </span>
            <IconButton label={`Change the hours ${calendar.name}`} size="sm" onClick={() => setEditing(calendar)}>
              <Pencil />
            </IconButton>
          </li>
        ))}
        {calendars.length === 0 && (
          <li className="px-4 py-2 text-sm text-muted">None yet: every queue is always open.</li>
        )}
      </ul>
      {editing !== undefined && (
        <HoursDialog stored={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
    </Card>
  );
}
