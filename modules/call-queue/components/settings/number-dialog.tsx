"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { putNumber, type MenuView, type NumberView } from "../../call-entry.schemas";
import type { QueueSettingsView } from "../../queues.schemas";
import { formatPhone } from "../phone-number";
import { LanguageField } from "./language-field";
import { numbersQuery } from "./queue-queries";

export interface NumberDialogProps {
  /** The number to change; undefined for a new one. */
  stored: NumberView | undefined;
  queues: readonly QueueSettingsView[];
  menus: readonly MenuView[];
  onClose: () => void;
}

/** Where one dialled number leads, and what its callers are spoken to in. */
export function NumberDialog({ stored, queues, menus, onClose }: NumberDialogProps) {
  const queries = useQueryClient();
  const [number, setNumber] = useState(stored?.number ?? "");
  const [label, setLabel] = useState(stored?.label ?? "");
  const [language, setLanguage] = useState(stored?.language ?? null);
  const targets = [
    ...queues.map(({ queueId, name }) => ({ value: `queue:${queueId}`, label: name })),
    ...menus.map(({ menuId, name }) => ({ value: `menu:${menuId}`, label: `Menu: ${name}` })),
  ];
  const before = stored && (stored.menuId === null ? `queue:${stored.queueId ?? ""}` : `menu:${stored.menuId}`);
  const [target, setTarget] = useState(before ?? targets[0]?.value ?? "");
  const save = useMutation({
    mutationFn: () => {
      const [kind, id = ""] = target.split(":");
      const to = kind === "menu" ? { menuId: id } : { queueId: id };
      return api(putNumber, { params: { number: number.trim() }, body: { label: label.trim(), ...to, language } });
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: numbersQuery.queryKey });
    },
  });
  const wrongNumber = save.error instanceof ProblemError && save.error.code === "not_a_number";
  const complete = number.trim() !== "" && label.trim() !== "" && target !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={stored ? formatPhone(stored.number) : "A number"}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="number" variant="primary" busy={save.isPending} disabled={!complete}>
            Save
          </Button>
        </>
      }
    >
      <form id="number" noValidate onSubmit={submit} className="grid gap-3">
        {save.error && !wrongNumber && <Banner tone="danger">{inWords(save.error)}</Banner>}
        {!stored && (
          <Field
            label="Number"
            required
            hint="With its country code."
            error={wrongNumber ? "Write it with its country code, such as +49 30 1234567." : undefined}
          >
            {(control) => (
              <Input
                {...control}
                type="tel"
                autoFocus
                value={number}
                onChange={({ target: field }) => setNumber(field.value)}
              />
            )}
          </Field>
        )}
        <Field label="What it is" required>
          {(control) => (
            <Input {...control} maxLength={80} value={label} onChange={({ target: field }) => setLabel(field.value)} />
          )}
        </Field>
        <Field label="Leads to">
          {(control) => <Select {...control} value={target} options={targets} onChange={setTarget} />}
        </Field>
        <LanguageField
          label="Callers are spoken to in"
          none="The queue's language"
          value={language}
          onChange={setLanguage}
        />
      </form>
    </Dialog>
  );
}
