"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { EXIT_KINDS, EXIT_OCCASIONS, hasDefaultExit, type ExitOccasion } from "../../domain/queue-exits";
import type { QueueSettingsView } from "../../queues.schemas";
import { useChangeQueue } from "./queue-queries";
import { exitWords, occasionWords } from "./queue-words";

type Exit = NonNullable<QueueSettingsView["exits"][ExitOccasion]>;
type Kind = Exit["kind"] | "none";

const ANNOUNCED = "Left empty, the announcement that belongs to it is spoken, in the caller's language.";
const spokenHint = { message: ANNOUNCED, voicemail: ANNOUNCED, callback: ANNOUNCED, number: undefined } as const;

/** Where callers go whom this queue does not serve, occasion by occasion. */
export function ExitsSection({ queue, queues }: { queue: QueueSettingsView; queues: readonly QueueSettingsView[] }) {
  return (
    <Card aria-labelledby="exits-title" className="min-w-0">
      <CardHeader id="exits-title" title="Ways out" meta="Each call goes one of these ways, or to an agent" />
      <ul className="divide-y divide-line">
        {EXIT_OCCASIONS.map((occasion) => (
          <ExitRow key={occasion} queue={queue} queues={queues} occasion={occasion} />
        ))}
      </ul>
    </Card>
  );
}

interface ExitRowProps {
  queue: QueueSettingsView;
  queues: readonly QueueSettingsView[];
  occasion: ExitOccasion;
}

function ExitRow({ queue, queues, occasion }: ExitRowProps) {
  const stored = queue.exits[occasion];
  const [typed, setTyped] = useState<Partial<Omit<Exit, "kind">> & { kind?: Kind }>({});
  const change = useChangeQueue(queue);
  const { label, when } = occasionWords[occasion];
  const house = hasDefaultExit(occasion);
  const kind: Kind = typed.kind ?? stored?.kind ?? "none";
  const message = typed.message ?? stored?.message ?? "";
  const number = typed.number ?? stored?.number ?? "";
  const others = queues.filter(({ queueId }) => queueId !== queue.queueId);
  const queueId = typed.queueId ?? stored?.queueId ?? others[0]?.queueId ?? "";
  const kinds = [
    { value: "none" as const, label: house ? "The announcement, then hang up" : "Wait on" },
    ...EXIT_KINDS.filter((one) => one !== "queue" || others.length > 0).map((one) => ({
      value: one,
      label: exitWords[one],
    })),
  ];
  const complete = kind !== "number" || number.trim() !== "";
  const save = (): void => {
    const exit =
      kind === "none"
        ? null
        : kind === "queue"
          ? { kind, queueId }
          : kind === "number"
            ? { kind, message, number }
            : { kind, message };
    change.mutate({ exits: { [occasion]: exit } }, { onSuccess: () => setTyped({}) });
  };
  return (
    <li className="px-4 py-3">
      <form
        className="grid gap-x-4 gap-y-3 sm:grid-cols-[11rem_minmax(0,1fr)]"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) save();
        }}
      >
        <div>
          <h3 className="text-sm font-medium">{label}</h3>
          <p className="text-xs text-muted">{when}</p>
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Select
            label={`${label}: way out`}
            value={kind}
            options={kinds}
            onChange={(value) => setTyped({ ...typed, kind: value })}
          />
          {kind === "queue" && (
            <Select
              label={`${label}: queue`}
              value={queueId}
              options={others.map((one) => ({ value: one.queueId, label: one.name }))}
              onChange={(value) => setTyped({ ...typed, queueId: value })}
            />
          )}
          {kind === "number" && (
            <Field label="Number" hint="With its country code.">
              {(control) => (
                <Input
                  {...control}
                  type="tel"
                  value={number}
                  onChange={({ target }) => setTyped({ ...typed, number: target.value })}
                />
              )}
            </Field>
          )}
          {kind !== "none" && kind !== "queue" && (
            <Field label="Spoken first" hint={spokenHint[kind]} optional>
              {(control) => (
                <Textarea
                  {...control}
                  rows={2}
                  value={message}
                  onChange={({ target }) => setTyped({ ...typed, message: target.value })}
                />
              )}
            </Field>
          )}
          {Object.keys(typed).length > 0 && (
            <span>
              <Button
                type="submit"
                variant="primary"
                busy={change.isPending}
                disabled={!complete}
                aria-label={`Save: ${label}`}
              >
                Save
              </Button>
            </span>
          )}
        </div>
      </form>
    </li>
  );
}
