"use client";

import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { QueueSettingsView } from "../../queues.schemas";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const CHOICES = [
  { value: "off", label: "Not recorded" },
  { value: "announced", label: "Recorded, and the caller is told before" },
] as const;

/** Whether conversations are recorded, and what callers hear of it. */
export function RecordingSection({ queue }: { queue: QueueSettingsView }) {
  const { recording, recordingText } = queue;
  const { draft, changed, set, reset } = useDraft({ recording, recordingText });
  const change = useChangeQueue(queue);
  const missing = draft.recordingText.trim() === "";
  return (
    <SettingsSection
      title="Recording"
      about="Holds for conversations that begin from now on. Agents can pause a recording, for a card number say; the pause is silent in it."
      ready={changed && !missing}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => change.mutate(draft, { onSuccess: reset })}
    >
      <Field label="Conversations">
        {(control) => (
          <Select
            {...control}
            value={draft.recording}
            options={CHOICES}
            onChange={(value) => set({ recording: value })}
          />
        )}
      </Field>
      {draft.recording === "announced" && (
        <Field
          label="What the caller is told"
          hint={`Spoken in the queue's language (${queue.language}) before agent and caller meet.`}
          error={missing ? "Callers must be told something." : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={500}
              value={draft.recordingText}
              onChange={({ target }) => set({ recordingText: target.value })}
            />
          )}
        </Field>
      )}
    </SettingsSection>
  );
}
