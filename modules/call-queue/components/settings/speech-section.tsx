"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { QueueSettingsView } from "../../queues.schemas";
import { languageName, VOICES } from "./announcement-words";
import { NumberField, numberProblem } from "./number-field";
import { useChangeQueue } from "./queue-queries";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const AFTER = [
  { value: "end", label: "Hang up" },
  { value: "ask", label: "Ask the caller how they found it" },
] as const;

/** As typed: an emptied number is null. */
interface Speech {
  language: string;
  announceEverySeconds: number | null;
  askRating: boolean;
}

const EVERY = { min: 30, max: 600 };

/** What callers are spoken to in, and how often. */
export function SpeechSection({ queue }: { queue: QueueSettingsView }) {
  const { draft, changed, set, reset } = useDraft<Speech>({
    language: queue.language,
    announceEverySeconds: queue.announceEverySeconds,
    askRating: queue.askRating,
  });
  const change = useChangeQueue(queue);
  const { language, announceEverySeconds, askRating } = draft;
  const voices = VOICES.includes(queue.language) ? VOICES : [...VOICES, queue.language];
  return (
    <SettingsSection
      title="Language and announcements"
      about="Numbers and menu keys may choose another language for their callers. Position and wait are said again only when they are news."
      ready={changed && !numberProblem(announceEverySeconds, EVERY)}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => {
        if (announceEverySeconds === null) return;
        change.mutate({ language, announceEverySeconds, askRating }, { onSuccess: reset });
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Language">
          {(control) => (
            <Select
              {...control}
              value={language}
              options={voices.map((value) => ({ value, label: languageName(value) }))}
              onChange={(value) => set({ language: value })}
            />
          )}
        </Field>
        <NumberField
          label="At most every"
          unit="s"
          value={announceEverySeconds}
          {...EVERY}
          onChange={(value) => set({ announceEverySeconds: value })}
        />
        <Field label="After the call" hint="When the agent has ended it; a key from 1 to 5." className="sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={askRating ? "ask" : "end"}
              options={AFTER}
              onChange={(value) => set({ askRating: value === "ask" })}
            />
          )}
        </Field>
      </div>
      <span>
        <Button asChild>
          <Link href={`/settings/queues/${queue.queueId}/announcements`}>What callers hear</Link>
        </Button>
      </span>
    </SettingsSection>
  );
}
