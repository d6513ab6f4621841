"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { CallStrategy } from "../../domain/agent-choice-names";
import type { QueueSettingsView } from "../../queues.schemas";
import { NumberField, numberProblem } from "./number-field";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { strategyWords } from "./queue-words";
import { useDraft } from "./use-draft";

const STRATEGIES = (Object.keys(strategyWords) as CallStrategy[]).map((value) => ({
  value,
  label: strategyWords[value],
}));
const DAYS = { min: 0, max: 365 };
const WAIT = { min: 0, max: 600 };

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((one) => one !== "");

/** As typed: an emptied number is null. */
type Choice = Record<"stickyDays" | "stickyWaitSeconds" | "levelWaitSeconds", number | null> &
  Record<"required" | "preferred", string> &
  Pick<QueueSettingsView, "strategy">;

/** Who is asked for a call. */
export function ChoiceSection({ queue }: { queue: QueueSettingsView }) {
  const { draft, changed, set, reset } = useDraft<Choice>({
    strategy: queue.strategy,
    required: queue.requiredSkills.join(", "),
    preferred: queue.preferredSkills.join(", "),
    stickyDays: queue.stickyDays,
    stickyWaitSeconds: queue.stickyWaitSeconds,
    levelWaitSeconds: queue.levelWaitSeconds,
  });
  const change = useChangeQueue(queue);
  const { strategy, required, preferred, stickyDays, stickyWaitSeconds, levelWaitSeconds } = draft;
  const waits = [stickyWaitSeconds, levelWaitSeconds];
  const fit = !numberProblem(stickyDays, DAYS) && waits.every((wait) => !numberProblem(wait, WAIT));
  return (
    <SettingsSection
      title="Who is asked"
      about="Of the agents who are ready. Each offer keeps its reasons; they are shown with the call."
      ready={changed && fit}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => {
        if (stickyDays === null || stickyWaitSeconds === null || levelWaitSeconds === null) return;
        const numbers = { stickyDays, stickyWaitSeconds, levelWaitSeconds };
        const skills = { requiredSkills: listOf(required), preferredSkills: listOf(preferred) };
        change.mutate({ strategy, ...skills, ...numbers }, { onSuccess: reset });
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Strategy" className="sm:col-span-2">
          {(control) => (
            <Select {...control} value={strategy} options={STRATEGIES} onChange={(value) => set({ strategy: value })} />
          )}
        </Field>
        <Field label="Required skills" hint="Only agents with all of them are asked." optional>
          {(control) => (
            <Input {...control} value={required} onChange={({ target }) => set({ required: target.value })} />
          )}
        </Field>
        <Field label="Preferred skills" hint="Agents with more of them are asked first." optional>
          {(control) => (
            <Input {...control} value={preferred} onChange={({ target }) => set({ preferred: target.value })} />
          )}
        </Field>
        <NumberField
          label="Same agent again"
          hint="Callers go to whom they spoke with in the last days. 0: not."
          unit="days"
          value={stickyDays}
          {...DAYS}
          onChange={(value) => set({ stickyDays: value })}
        />
        <NumberField
          label="Wait for that agent"
          hint="While they are busy."
          unit="s"
          value={stickyWaitSeconds}
          {...WAIT}
          onChange={(value) => set({ stickyWaitSeconds: value })}
        />
        <NumberField
          label="Next level joins after"
          hint="At once when nobody of a level is signed in."
          unit="s"
          value={levelWaitSeconds}
          {...WAIT}
          onChange={(value) => set({ levelWaitSeconds: value })}
        />
      </div>
    </SettingsSection>
  );
}
