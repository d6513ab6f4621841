"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemError } from "@/lib/client/problem";
import type { SavedSearch } from "../saved-searches.schemas";
import { useSavedSearchActions } from "./saved-search-queries";

/** When managers are to be told that too many leads match a search. */
export function SearchAlertDialog({ search, onClose }: { search: SavedSearch; onClose: () => void }) {
  const { setAlert } = useSavedSearchActions();
  const [moreThan, setMoreThan] = useState(String(search.alert?.more_than ?? 0));
  const [forMinutes, setForMinutes] = useState(String(search.alert?.for_minutes ?? 10));
  const problem = setAlert.error instanceof ProblemError ? setAlert.error : undefined;
  const set = (alert: SavedSearch["alert"]) => setAlert.mutate({ search, alert }, { onSuccess: onClose });
  const isWhole = (text: string) => /^\d+$/.test(text.trim());
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Alert on ${search.name}`}
      description="Managers are told when too many leads match, and see it end by itself once fewer do."
      footer={
        <>
          {search.alert && (
            <Button variant="ghost" className="mr-auto" disabled={setAlert.isPending} onClick={() => set(null)}>
              No alert
            </Button>
          )}
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabled={!isWhole(moreThan) || !isWhole(forMinutes)}
            busy={setAlert.isPending}
            onClick={() => set({ more_than: Number(moreThan), for_minutes: Number(forMinutes) })}
          >
            Alert managers
          </Button>
        </>
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="More leads than" error={problem?.field("alert.more_than") ?? problem?.detail}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={moreThan}
              onChange={(event) => setMoreThan(event.target.value)}
            />
          )}
        </Field>
        <Field label="For minutes" error={problem?.field("alert.for_minutes")}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={forMinutes}
              onChange={(event) => setForMinutes(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
