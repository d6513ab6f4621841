"use client";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { QueueSettingsView } from "../../queues.schemas";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const CHOICES = [
  { value: "off", label: "Not recorded" },
  { value: "announced", label: "Recorded, and the caller is told before" },
] as const;

const WRITTEN = [
  { value: "no", label: "To be heard" },
  { value: "yes", label: "To be heard, and written down by the carrier" },
] as const;

/** What is kept of what callers say: conversations and messages. */
export function RecordingSection({ queue }: { queue: QueueSettingsView }) {
  const { recording, transcribeMessages } = queue;
  const { draft, changed, set, reset } = useDraft({ recording, transcribeMessages });
  const change = useChangeQueue(queue);
  return (
    <SettingsSection
      title="Recordings and messages"
      about="Holds for conversations that begin from now on. Callers are told before, as the announcement “Recording” says. Agents can pause a recording, for a card number say; the pause is silent in it."
      ready={changed}
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
      <Field
        label="Messages"
        hint="The carrier charges for it, and does so in English alone, up to two minutes. What was said stands in the lead's timeline."
      >
        {(control) => (
          <Select
            {...control}
            value={draft.transcribeMessages ? "yes" : "no"}
            options={WRITTEN}
            onChange={(value) => set({ transcribeMessages: value === "yes" })}
          />
        )}
      </Field>
    </SettingsSection>
  );
}
