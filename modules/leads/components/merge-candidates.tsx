"use client";

import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Badge } from "@/components/ui/badge";
import { InputWithIcon } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { useDebounced } from "@/lib/client/use-debounced";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { Lead } from "../schemas";
import { duplicatesQuery, findLeadsQuery } from "./lead-queries";

const WAIT_MS = 250;

export interface MergeCandidatesProps {
  lead: Lead;
  value: string | undefined;
  onChange: (other: Lead) => void;
}

/** The lead to merge with: one with the same phone or e-mail, or any that is searched for. */
export function MergeCandidates({ lead, value, onChange }: MergeCandidatesProps) {
  const name = useId();
  const [words, setWords] = useState("");
  const wanted = useDebounced(words.trim(), WAIT_MS);
  const duplicates = useQuery(duplicatesQuery(lead.lead_id));
  const found = useQuery(findLeadsQuery(wanted));
  const searching = wanted !== "";
  const shown: { lead: Lead; same: readonly string[] }[] = searching
    ? (found.data ?? []).filter(({ lead_id }) => lead_id !== lead.lead_id).map((each) => ({ lead: each, same: [] }))
    : (duplicates.data ?? []);
  const pending = searching ? found.isPending : duplicates.isPending;
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">Lead to merge with</legend>
      <InputWithIcon
        icon={<Search />}
        type="search"
        aria-label="Find a lead"
        placeholder="Find by name, e-mail or phone"
        autoFocus
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <p className="mt-3 mb-1.5 text-xs text-muted">
        {searching ? "Found" : "With the same phone number or e-mail address"}
      </p>
      <div className="divide-y divide-line overflow-hidden rounded-md border border-line">
        {pending && [0, 1].map((row) => <Skeleton key={row} className="m-3.5 w-44" />)}
        {shown.map(({ lead: each, same }) => (
          <label
            key={each.lead_id}
            className={cn(
              "flex min-h-12 items-center gap-3 px-3 py-1.5 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent dark:hover:bg-line dark:has-focus-visible:outline-accent-text",
              value === each.lead_id && "bg-selected hover:bg-selected dark:hover:bg-selected",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === each.lead_id}
              disabled={each.locked !== null}
              onChange={() => onChange(each)}
              className="size-4 shrink-0 accent-accent outline-none"
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{each.name}</span>
              <span className="block truncate text-xs text-muted">
                {formatPhone(each.phone)}
                {each.email !== null && ` · ${each.email}`}
              </span>
            </span>
            <span className="flex shrink-0 flex-col items-end gap-1 text-xs text-muted">
              {each.locked ? (
                <Badge>Locked</Badge>
              ) : (
                same.length > 0 && <Badge tone="info">Same {same.map(sameWord).join(" and ")}</Badge>
              )}
              <span className="max-sm:hidden">
                created <TimeAgo at={each.created_at} />
              </span>
            </span>
          </label>
        ))}
        {!pending && shown.length === 0 && (
          <p className="px-3 py-4 text-center text-muted">
            {searching ? "No other lead is found by these words." : "There is none. Find one by its name."}
          </p>
        )}
      </div>
    </fieldset>
  );
}

const sameWord = (fact: string): string => (fact === "email" ? "e-mail" : fact);
