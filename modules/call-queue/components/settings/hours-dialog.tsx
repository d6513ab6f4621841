"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { api } from "@/lib/client/api";
import { useLocale } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { putCalendar, type CalendarView } from "@/modules/leads/return.schemas";
import { isTimeZone } from "../../domain/callback";
import { TimeZoneField } from "../time-zone-field";
import { HolidaysField } from "./holidays-field";
import { HoursRow } from "./hours-row";
import { hoursProblem, nextHours, type Hours } from "./hours-words";
import { calendarsQuery } from "./queue-queries";

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** One calendar: its clock, when it is open in a week, and the days on which it is not. */
export function HoursDialog({ stored, onClose }: { stored: CalendarView | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const mine = useLocale().timeZone;
  const [name, setName] = useState(stored?.name ?? "");
  const [timeZone, setTimeZone] = useState(stored?.time_zone ?? mine);
  const [weekly, setWeekly] = useState<readonly Hours[]>(stored?.weekly ?? []);
  const [holidays, setHolidays] = useState<readonly string[]>(stored?.holidays ?? []);
  const save = useMutation({
    mutationFn: () =>
      api(putCalendar, {
        params: { name },
        body: { time_zone: timeZone, weekly: [...weekly], holidays: [...holidays] },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: calendarsQuery.queryKey });
    },
  });
  const misnamed = name !== "" && !NAME.test(name);
  const problem = hoursProblem(weekly);
  const complete = NAME.test(name) && isTimeZone(timeZone) && problem === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={stored ? `Hours: ${stored.name}` : "Business hours"}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="hours" variant="primary" busy={save.isPending} disabled={!complete}>
            Save
          </Button>
        </>
      }
    >
      <form id="hours" noValidate onSubmit={submit} className="grid min-w-0 gap-4 [&>*]:min-w-0">
        {save.error && <Banner tone="danger">{inWords(save.error)}</Banner>}
        {!stored && (
          <Field
            label="Name"
            required
            hint="Small letters, digits and hyphens; it stays."
            error={misnamed ? "Write it with small letters, digits and hyphens, such as berlin-office." : undefined}
          >
            {(control) => (
              <Input
                {...control}
                autoFocus
                autoComplete="off"
                maxLength={40}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
        )}
        <TimeZoneField label="Time zone" hint="Whose clock these hours are." value={timeZone} onChange={setTimeZone} />
        <fieldset className="grid min-w-0 gap-2">
          <legend className="mb-1 text-sm font-medium">Open</legend>
          {weekly.map((hours, index) => (
            <HoursRow
              // oxlint-disable-next-line react/no-array-index-key -- two rows may be alike, and each is changed where it stands
              key={index}
              hours={hours}
              onChange={(changed) => setWeekly(weekly.with(index, changed))}
              onRemove={() => setWeekly(weekly.toSpliced(index, 1))}
            />
          ))}
          {weekly.length === 0 && <p className="text-sm text-muted">Never: callers meet closed doors.</p>}
          {problem !== undefined && <p className="text-xs text-danger-text">{problem}</p>}
          <span>
            <Button size="sm" onClick={() => setWeekly([...weekly, nextHours(weekly)])}>
              <Plus aria-hidden />
              {weekly.length === 0 ? "Hours" : "Next day"}
            </Button>
          </span>
        </fieldset>
        <HolidaysField holidays={holidays} onChange={setHolidays} />
      </form>
    </Dialog>
  );
}
