"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Banner } from "@/components/ui/banner";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { putCallbackSettings } from "../../callback.schemas";
import { ON_MACHINE } from "../../domain/answering-machines";
import { isTimeZone, type CallbackSettings } from "../../domain/callback";
import type { QueueSettingsView } from "../../queues.schemas";
import { TimeZoneField } from "../time-zone-field";
import { NumberField, numberProblem } from "./number-field";
import { callbackSettingsQuery } from "./queue-queries";
import { onMachineWords } from "./queue-words";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const NUMBERS = [
  { key: "offerAfterSeconds", label: "Offer after a wait of", unit: "s", min: 0, max: 7_200 },
  { key: "offerAboveSeconds", label: "Or when the wait may reach", unit: "s", min: 60, max: 7_200 },
  { key: "offerAgainSeconds", label: "Offer again after", unit: "s", min: 30, max: 3_600 },
  { key: "mostAttempts", label: "Ring at most", unit: "times", min: 1, max: 10 },
  { key: "retryMinutes", label: "Try again after", unit: "min", min: 1, max: 1_440 },
  { key: "ringSeconds", label: "Let it ring for", unit: "s", min: 10, max: 120 },
  { key: "expiresHours", label: "Give up after", unit: "h", min: 1, max: 720 },
] as const;
type NumberKey = (typeof NUMBERS)[number]["key"];

/** As typed: an emptied number is null. */
type Draft = Omit<CallbackSettings, NumberKey> & Record<NumberKey, number | null>;

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((label, index) => ({ label, day: index + 1 }));
const MACHINE = ON_MACHINE.map((value) => ({ value, label: onMachineWords[value] }));
const COUNTS = [
  { value: "yes", label: "An attempt" },
  { value: "no", label: "No attempt: tried until it expires" },
] as const;
const OFFER = [
  { value: "yes", label: "Offered to callers" },
  { value: "no", label: "Only those that people schedule" },
] as const;

/** How this queue calls people back. */
export function CallbackSection({ queue }: { queue: QueueSettingsView }) {
  const query = useQuery(callbackSettingsQuery(queue.queueId));
  if (query.data) return <CallbackForm queue={queue} stored={query.data} />;
  return (
    <Card aria-labelledby="callbacks-title" className="min-w-0">
      <CardHeader id="callbacks-title" title="Callbacks" />
      <CardBody>
        {query.isError ? <Banner tone="danger">{inWords(query.error)}</Banner> : <Skeleton className="h-40" />}
      </CardBody>
    </Card>
  );
}

function CallbackForm({ queue, stored }: { queue: QueueSettingsView; stored: CallbackSettings }) {
  const { draft, changed, set, reset } = useDraft<Draft>(stored);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: CallbackSettings) => api(putCallbackSettings, { params: { queueId: queue.queueId }, body }),
    onSuccess: (saved) => {
      queries.setQueryData(callbackSettingsQuery(queue.queueId).queryKey, saved);
      reset();
    },
    onError: (error) => toastFailure("How people are called back was not changed", inWords(error)),
  });
  const complete = completeOf(draft);
  const { callsFrom, callsUntil, callDays, timeZone } = draft;
  const wrongHours = callsFrom >= callsUntil ? "Later than the beginning." : undefined;
  return (
    <SettingsSection
      title="Callbacks"
      about="Whoever is called back keeps their place. An agent is there before anybody is rung."
      ready={changed && complete !== undefined}
      changed={changed}
      busy={save.isPending}
      onReset={reset}
      onSave={() => complete && save.mutate(complete)}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Callbacks" className="sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={draft.enabled ? "yes" : "no"}
              options={OFFER}
              onChange={(value) => set({ enabled: value === "yes" })}
            />
          )}
        </Field>
        {NUMBERS.map(({ key, ...field }) => (
          <NumberField key={key} {...field} value={draft[key]} onChange={(value) => set({ [key]: value })} />
        ))}
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-2">
        <legend className="mb-1 text-sm font-medium">People are rung on</legend>
        {DAYS.map(({ label, day }) => (
          <label key={day} className="flex items-center gap-2 text-sm">
            <Checkbox
              checked={callDays.includes(day)}
              onCheckedChange={(on) =>
                set({
                  callDays:
                    on === true ? [...callDays, day].toSorted((a, b) => a - b) : callDays.filter((d) => d !== day),
                })
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      {callDays.length === 0 && (
        <p role="alert" className="text-xs text-danger-text">
          Choose at least one day.
        </p>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="From" hint="By their own clock.">
          {(control) => (
            <Input
              {...control}
              type="time"
              value={callsFrom}
              onChange={({ target }) => set({ callsFrom: target.value })}
            />
          )}
        </Field>
        <Field label="Until" error={wrongHours}>
          {(control) => (
            <Input
              {...control}
              type="time"
              value={callsUntil}
              onChange={({ target }) => set({ callsUntil: target.value })}
            />
          )}
        </Field>
        <Field label="When a machine answers" hint="The carrier charges for finding out.">
          {(control) => (
            <Select
              {...control}
              value={draft.onMachine}
              options={MACHINE}
              onChange={(value) => set({ onMachine: value })}
            />
          )}
        </Field>
        {draft.onMachine !== "ignore" && (
          <Field label="A machine is">
            {(control) => (
              <Select
                {...control}
                value={draft.machineCounts ? "yes" : "no"}
                options={COUNTS}
                onChange={(value) => set({ machineCounts: value === "yes" })}
              />
            )}
          </Field>
        )}
        <TimeZoneField
          label="Time zone"
          hint="Of people whose own is not known."
          value={timeZone}
          onChange={(value) => set({ timeZone: value })}
        />
      </div>
    </SettingsSection>
  );
}

/** The settings, when they are fit to be stored. */
function completeOf(draft: Draft): CallbackSettings | undefined {
  if (NUMBERS.some(({ key, ...bounds }) => numberProblem(draft[key], bounds) !== undefined)) return undefined;
  const { callsFrom, callsUntil, callDays, timeZone } = draft;
  if (callsFrom === "" || callsFrom >= callsUntil || callDays.length === 0 || !isTimeZone(timeZone)) return undefined;
  // Every number was found to be one.
  return draft as CallbackSettings;
}
