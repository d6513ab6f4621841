"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changeMenu, createMenu, type MenuView } from "../../call-entry.schemas";
import type { QueueSettingsView } from "../../queues.schemas";
import { LanguageField } from "./language-field";
import { KEYS, MenuOptionRow, type DraftOption } from "./menu-option-row";
import { NumberField, numberProblem } from "./number-field";
import { menusQuery } from "./queue-queries";

export interface MenuDialogProps {
  /** The menu to change; undefined for a new one. */
  stored: MenuView | undefined;
  queues: readonly QueueSettingsView[];
  onClose: () => void;
}

type Draft = Omit<MenuView, "menuId" | "options" | "timeoutSeconds" | "repeats"> & {
  timeoutSeconds: number | null;
  repeats: number | null;
  options: DraftOption[];
};

const WAIT = { min: 1, max: 30 };
const REPEATS = { min: 0, max: 5 };

/** A menu: what is asked, and where each key leads. */
export function MenuDialog({ stored, queues, onClose }: MenuDialogProps) {
  const queries = useQueryClient();
  const first = queues[0]?.queueId ?? "";
  const [draft, setDraft] = useState<Draft>(() => stored ?? emptyMenu(first));
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const body = bodyOf(draft);
  const save = useMutation({
    mutationFn: async (menu: NonNullable<typeof body>) => {
      if (stored) await api(changeMenu, { params: { menuId: stored.menuId }, body: menu });
      else await api(createMenu, { body: menu });
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: menusQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body && !save.isPending) save.mutate(body);
  };
  const queueOptions = queues.map(({ queueId, name }) => ({ value: queueId, label: name }));
  const freeKey = KEYS.find((key) => draft.options.every(({ digit }) => digit !== key));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={stored?.name ?? "A menu"}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="menu" variant="primary" busy={save.isPending} disabled={!body}>
            Save
          </Button>
        </>
      }
    >
      <form id="menu" noValidate onSubmit={submit} className="grid gap-3">
        {save.error && <Banner tone="danger">{inWords(save.error)}</Banner>}
        <Field label="Name" required>
          {(control) => (
            <Input
              {...control}
              maxLength={80}
              value={draft.name}
              onChange={({ target }) => set({ name: target.value })}
            />
          )}
        </Field>
        <LanguageField
          label="Spoken in"
          value={draft.language}
          onChange={(language) => set({ language: language ?? draft.language })}
        />
        <Field label="What is asked" required>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={1_000}
              value={draft.prompt}
              onChange={({ target }) => set({ prompt: target.value })}
            />
          )}
        </Field>
        <Field label="After a key that means nothing" required>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              value={draft.invalidText}
              onChange={({ target }) => set({ invalidText: target.value })}
            />
          )}
        </Field>
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm font-medium">Keys</legend>
          {draft.options.map((option, index) => (
            <MenuOptionRow
              key={option.digit}
              option={option}
              taken={draft.options.map(({ digit }) => digit)}
              queues={queueOptions}
              onChange={(changed) => set({ options: draft.options.with(index, changed) })}
              onRemove={() => set({ options: draft.options.toSpliced(index, 1) })}
            />
          ))}
          {freeKey !== undefined && (
            <span>
              <Button size="sm" onClick={() => set({ options: [...draft.options, emptyOption(freeKey, first)] })}>
                <Plus aria-hidden />
                Key
              </Button>
            </span>
          )}
        </fieldset>
        <div className="grid gap-3 sm:grid-cols-2">
          <NumberField
            label="Wait for a key"
            unit="s"
            value={draft.timeoutSeconds}
            {...WAIT}
            onChange={(timeoutSeconds) => set({ timeoutSeconds })}
          />
          <NumberField
            label="Ask again"
            unit="times"
            value={draft.repeats}
            {...REPEATS}
            onChange={(repeats) => set({ repeats })}
          />
        </div>
        <Field label="Without a key" hint="Where callers go who press none.">
          {(control) => (
            <Select
              {...control}
              value={draft.defaultQueueId}
              options={queueOptions}
              onChange={(defaultQueueId) => set({ defaultQueueId })}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

const emptyOption = (digit: string, queueId: string): DraftOption => ({
  digit,
  label: "",
  queueId,
  skills: [],
  language: null,
});

const emptyMenu = (queueId: string): Draft => ({
  name: "",
  language: "en-US",
  prompt: "",
  invalidText: "Sorry, that key means nothing here.",
  timeoutSeconds: 5,
  repeats: 2,
  defaultQueueId: queueId,
  options: [emptyOption("1", queueId)],
});

/** The request, when the menu is complete. */
function bodyOf(draft: Draft) {
  const { timeoutSeconds, repeats, name, language, prompt, invalidText, defaultQueueId, options } = draft;
  if (numberProblem(timeoutSeconds, WAIT) !== undefined || numberProblem(repeats, REPEATS) !== undefined) return null;
  if (timeoutSeconds === null || repeats === null || options.length === 0) return null;
  const words = [name, prompt, invalidText, ...options.map(({ label }) => label)];
  if (words.some((text) => text.trim() === "")) return null;
  return { name, language, prompt, invalidText, timeoutSeconds, repeats, defaultQueueId, options };
}
