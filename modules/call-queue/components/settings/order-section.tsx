"use client";

import { LONGEST_WEIGHT_SECONDS, longestOvertakingSeconds } from "../../domain/priority";
import type { QueueSettingsView } from "../../queues.schemas";
import { NumberField, numberProblem } from "./number-field";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const BOUNDS = { min: 0, max: LONGEST_WEIGHT_SECONDS };
type Key = "highWeightSeconds" | "urgentWeightSeconds" | "vipWeightSeconds";
const FIELDS: readonly { key: Key; label: string; hint: string }[] = [
  { key: "highWeightSeconds", label: "High priority", hint: "Leads marked high." },
  { key: "urgentWeightSeconds", label: "Urgent", hint: "Leads marked urgent." },
  { key: "vipWeightSeconds", label: "VIP list", hint: "On top of the lead's own." },
];

/** Head starts in line, and what they can mean at worst for everybody else. */
export function OrderSection({ queue }: { queue: QueueSettingsView }) {
  const { highWeightSeconds, urgentWeightSeconds, vipWeightSeconds } = queue;
  const stored: Record<Key, number | null> = { highWeightSeconds, urgentWeightSeconds, vipWeightSeconds };
  const { draft, changed, set, reset } = useDraft(stored);
  const change = useChangeQueue(queue);
  const { highWeightSeconds: high, urgentWeightSeconds: urgent, vipWeightSeconds: vip } = draft;
  const fit = FIELDS.every(({ key }) => numberProblem(draft[key], BOUNDS) === undefined);
  const complete = fit && high !== null && urgent !== null && vip !== null && urgent >= high;
  return (
    <SettingsSection
      title="Order"
      about="Callers are served by how long they have waited, with a head start for some."
      ready={changed && complete}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => {
        if (!complete) return;
        const weights = { highWeightSeconds: high, urgentWeightSeconds: urgent, vipWeightSeconds: vip };
        change.mutate(weights, { onSuccess: reset });
      }}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        {FIELDS.map(({ key, label, hint }) => (
          <NumberField
            key={key}
            label={label}
            hint={hint}
            unit="s ahead"
            value={draft[key]}
            {...BOUNDS}
            onChange={(value) => set({ [key]: value })}
          />
        ))}
      </div>
      {fit && !complete && (
        <p role="alert" className="text-xs text-danger-text">
          Urgent callers cannot have a shorter head start than high ones.
        </p>
      )}
      {complete && (
        <p className="text-sm" data-testid="overtaking-bound">
          Nobody starves: a caller without a head start is never overtaken by anybody who calls more than{" "}
          <strong className="font-medium">{longestOvertakingSeconds({ high, urgent, vip })} s</strong> after them.
        </p>
      )}
    </SettingsSection>
  );
}
