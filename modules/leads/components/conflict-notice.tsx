"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { sentence } from "./lead-words";
import type { LeadChange } from "./fact-steps";
import type { PatchConflict } from "./use-patch-lead";

export interface ConflictNoticeProps {
  conflict: PatchConflict;
  onTheirs: () => void;
  onMine: () => void;
}

/** Two people wrote the same lead: what stands there now, what was not saved, and the choice between them. */
export function ConflictNotice({ conflict: { current, change }, onTheirs, onMine }: ConflictNoticeProps) {
  const fields = Object.keys(change) as (keyof LeadChange)[];
  return (
    <Banner tone="caution">
      <p className="font-medium">Somebody changed this lead meanwhile</p>
      <dl className="mt-1.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        {fields.map((field) => (
          <div key={field} className="contents">
            <dt className="col-span-2 text-xs">{sentence(field)}</dt>
            <dd className="text-xs">Now</dd>
            <dd className="break-words text-text">{valueWords(field === "team" ? current.team : current[field])}</dd>
            <dd className="text-xs">Yours, not saved</dd>
            <dd className="break-words text-text">{valueWords(change[field])}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-2 flex gap-2">
        <Button size="sm" onClick={onTheirs}>
          Keep what is there
        </Button>
        <Button size="sm" onClick={onMine}>
          Save mine
        </Button>
      </div>
    </Banner>
  );
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "None" : value.join(", ");
  return typeof value === "string" && value !== "" ? value : "None";
}
