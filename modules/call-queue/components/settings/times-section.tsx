"use client";

import type { QueueSettingsView } from "../../queues.schemas";
import { NumberField, numberProblem } from "./number-field";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const TIMES = [
  { key: "wrapUpSeconds", label: "Wrap-up", unit: "s", min: 0, max: 1_800 },
  { key: "wrapUpExtensionSeconds", label: "An extension adds", unit: "s", min: 5, max: 1_800 },
  { key: "wrapUpExtensions", label: "Extended at most", unit: "times", min: 0, max: 20 },
  { key: "declineCooldownSeconds", label: "Not asked again after declining", unit: "s", min: 0, max: 600 },
  { key: "serviceLevelSeconds", label: "Answered in time means within", unit: "s", min: 1, max: 600 },
  { key: "shortAbandonSeconds", label: "Hung up too soon to count", unit: "s", min: 0, max: 60 },
] as const;
type TimeKey = (typeof TIMES)[number]["key"];

/** The time after a call, and from when on a call counts. */
export function TimesSection({ queue }: { queue: QueueSettingsView }) {
  const stored = Object.fromEntries(TIMES.map(({ key }) => [key, queue[key]])) as Record<TimeKey, number | null>;
  const { draft, changed, set, reset } = useDraft(stored);
  const change = useChangeQueue(queue);
  const fit = TIMES.every(({ key, ...bounds }) => numberProblem(draft[key], bounds) === undefined);
  return (
    <SettingsSection
      title="Wrap-up and figures"
      about="How long agents have after a call, and how calls are counted."
      ready={changed && fit}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      // Every number was found to be one.
      onSave={() => change.mutate(draft as Record<TimeKey, number>, { onSuccess: reset })}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {TIMES.map(({ key, ...field }) => (
          <NumberField key={key} {...field} value={draft[key]} onChange={(value) => set({ [key]: value })} />
        ))}
      </div>
    </SettingsSection>
  );
}
