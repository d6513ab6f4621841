"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemError } from "@/lib/client/problem";
import type { SavedSearch } from "../saved-searches.schemas";
import { useSavedSearchActions } from "./saved-search-queries";

type ViewNameDialogProps = { onClose: () => void } & (
  | { now: Pick<SavedSearch, "filter" | "sort" | "layout">; renamed?: never; onDone: (view: SavedSearch) => void }
  | { now?: never; renamed: SavedSearch; onDone?: never }
);

/** Keeps what the list shows under a name, or gives a view another name. */
export function ViewNameDialog({ now, renamed, onClose, onDone }: ViewNameDialogProps) {
  const { create, rename } = useSavedSearchActions();
  const [name, setName] = useState(renamed?.name ?? "");
  const { error, isPending } = renamed ? rename : create;
  const problem = error instanceof ProblemError ? (error.field("name") ?? error.detail) : undefined;
  const isNew = name.trim() !== "" && name.trim() !== renamed?.name;
  const save = () => {
    if (!isNew) return;
    if (renamed) return rename.mutate({ search: renamed, name: name.trim() }, { onSuccess: onClose });
    create.mutate(
      { name: name.trim(), ...now },
      {
        onSuccess: (view) => {
          onDone(view);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={renamed ? `Rename ${renamed.name}` : "Keep this as a view"}
      description={renamed ? undefined : "Filter, order and columns, as they are now."}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={!isNew} busy={isPending} onClick={save}>
            {renamed ? "Rename" : "Keep"}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Name" error={problem}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
