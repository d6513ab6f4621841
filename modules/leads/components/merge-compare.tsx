"use client";

import { useId } from "react";
import { cn } from "@/components/cn";
import type { Lead } from "../schemas";
import type { Difference, Keep } from "./merge-choice";

export interface MergeCompareProps {
  lead: Lead;
  other: Lead;
  differences: readonly Difference[];
  keep: Keep;
  onKeep: (keep: Keep) => void;
}

/** Two leads side by side where they differ; for each fact the one that stays is chosen. Arrows move within a fact. */
export function MergeCompare({ lead, other, differences, keep, onKeep }: MergeCompareProps) {
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-2 text-xs text-muted sm:grid-cols-[6rem_1fr_1fr]" aria-hidden>
        <span className="max-sm:hidden" />
        <span className="truncate px-3">This lead</span>
        <span className="truncate px-3">The other lead</span>
      </div>
      {differences.map((difference) => (
        <FactChoice
          key={difference.field}
          difference={difference}
          value={keep[difference.field] ?? difference.offered}
          onChange={(side) => onKeep({ ...keep, [difference.field]: side })}
        />
      ))}
      {differences.length === 0 && <p className="text-muted">Their facts are the same.</p>}
      <p className="border-t border-line pt-3 text-xs text-muted">{bothText(lead, other)}</p>
    </div>
  );
}

interface FactChoiceProps {
  difference: Difference;
  value: "this" | "other";
  onChange: (side: "this" | "other") => void;
}

function FactChoice({ difference: { label, here, there }, value, onChange }: FactChoiceProps) {
  const name = useId();
  const sides = [
    { side: "this", words: here, of: "this lead" },
    { side: "other", words: there, of: "the other lead" },
  ] as const;
  return (
    <fieldset className="grid min-w-0 grid-cols-2 items-center gap-x-2 gap-y-1 sm:grid-cols-[6rem_1fr_1fr]">
      <legend className="float-left col-span-2 text-muted sm:col-span-1">{label}</legend>
      {sides.map(({ side, words, of }) => (
        <label
          key={side}
          className={cn(
            "flex min-h-9 min-w-0 items-center gap-2 rounded-md border border-line px-3 py-1 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent dark:hover:bg-line dark:has-focus-visible:outline-accent-text pointer-coarse:min-h-10",
            value === side &&
              "border-accent bg-selected hover:bg-selected dark:border-accent-text dark:hover:bg-selected",
          )}
        >
          <input
            type="radio"
            name={name}
            aria-label={`${words}, of ${of}`}
            checked={value === side}
            onChange={() => onChange(side)}
            className="size-4 shrink-0 accent-accent outline-none"
          />
          <span className={cn("min-w-0 break-words", value !== side && "text-muted")}>
            <Breakable text={words} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Words that may be broken before an @: addresses are long and have no spaces. */
function Breakable({ text }: { text: string }) {
  const at = text.indexOf("@");
  if (at === -1) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}

/** What needs no choice because both sides' stays. */
function bothText(lead: Lead, other: Lead): string {
  const tags = lead.tags.length + other.tags.length > 0 ? "Tags, notes" : "Notes";
  return `${tags}, calls and the timeline of both stay. The other lead leaves every list; until either is changed, the merge can be undone.`;
}
