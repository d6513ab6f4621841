"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { QueueSettingsView } from "../../queues.schemas";
import { NumberField, numberProblem } from "./number-field";
import { calendarsQuery, useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const WAITING = { min: 1, max: 5_000 };
const LONGEST = { min: 30, max: 14_400 };
const OVERFLOW = { min: 5, max: 86_400, optional: true };
const RING = { min: 5, max: 60 };
const MISSED = { min: 1, max: 10 };
const ALWAYS = "always";

/** As typed: an emptied field is null. */
type Limits = Record<
  "maxWaiting" | "maxWaitSeconds" | "overflowAfterSeconds" | "ringTimeoutSeconds" | "missedRingsToAway",
  number | null
> &
  Pick<QueueSettingsView, "calendar">;

/** How many may wait, how long, and when. */
export function LimitsSection({ queue }: { queue: QueueSettingsView }) {
  const { draft, changed, set, reset } = useDraft<Limits>({
    maxWaiting: queue.maxWaiting,
    maxWaitSeconds: queue.maxWaitSeconds,
    overflowAfterSeconds: queue.overflowAfterSeconds,
    ringTimeoutSeconds: queue.ringTimeoutSeconds,
    missedRingsToAway: queue.missedRingsToAway,
    calendar: queue.calendar,
  });
  const calendars = useQuery(calendarsQuery);
  const change = useChangeQueue(queue);
  const { maxWaiting, maxWaitSeconds, overflowAfterSeconds, ringTimeoutSeconds, missedRingsToAway, calendar } = draft;
  const fit =
    !numberProblem(maxWaiting, WAITING) &&
    !numberProblem(maxWaitSeconds, LONGEST) &&
    !numberProblem(overflowAfterSeconds, OVERFLOW) &&
    !numberProblem(ringTimeoutSeconds, RING) &&
    !numberProblem(missedRingsToAway, MISSED);
  const hours = [
    { value: ALWAYS, label: "Always open" },
    ...(calendars.data?.calendars ?? []).map(({ name }) => ({ value: name, label: name })),
  ];
  return (
    <SettingsSection
      title="Limits and hours"
      about="What a caller meets at the door and while waiting; where they go then stands below."
      ready={changed && fit}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => {
        if (maxWaiting === null || maxWaitSeconds === null) return;
        if (ringTimeoutSeconds === null || missedRingsToAway === null) return;
        const ringing = { ringTimeoutSeconds, missedRingsToAway };
        const limits = { maxWaiting, maxWaitSeconds, overflowAfterSeconds, calendar, ...ringing };
        change.mutate(limits, { onSuccess: reset });
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label="Waiting at most"
          unit="callers"
          value={maxWaiting}
          {...WAITING}
          onChange={(value) => set({ maxWaiting: value })}
        />
        <NumberField
          label="Longest wait"
          unit="s"
          value={maxWaitSeconds}
          {...LONGEST}
          onChange={(value) => set({ maxWaitSeconds: value })}
        />
        <NumberField
          label="Overflow after"
          unit="s in this queue"
          value={overflowAfterSeconds}
          {...OVERFLOW}
          onChange={(value) => set({ overflowAfterSeconds: value })}
        />
        <NumberField
          label="An agent's phone rings for"
          unit="s"
          value={ringTimeoutSeconds}
          {...RING}
          onChange={(value) => set({ ringTimeoutSeconds: value })}
        />
        <NumberField
          label="Away after"
          unit="missed rings"
          value={missedRingsToAway}
          {...MISSED}
          onChange={(value) => set({ missedRingsToAway: value })}
        />
        <Field label="Business hours" hint="Kept on the page of all queues.">
          {(control) => (
            <Select
              {...control}
              value={calendar ?? ALWAYS}
              options={hours}
              onChange={(value) => set({ calendar: value === ALWAYS ? null : value })}
            />
          )}
        </Field>
      </div>
    </SettingsSection>
  );
}
