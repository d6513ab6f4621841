"use client";

import { useId } from "react";
import { type TimelineKind, timelineKinds } from "./timeline-kinds";

export interface TimelineFilterProps {
  value: TimelineKind | undefined;
  onChange: (kind: TimelineKind | undefined) => void;
}

const kinds = [undefined, ...(Object.keys(timelineKinds) as TimelineKind[])];

/** Narrows the timeline to one kind of entry; arrows move between them. */
export function TimelineFilter({ value, onChange }: TimelineFilterProps) {
  const name = useId();
  return (
    <fieldset className="print:hidden">
      <legend className="sr-only">Show in the timeline</legend>
      <div className="-mx-1 flex flex-wrap gap-x-1 gap-y-1">
        {kinds.map((kind) => (
          <label
            key={kind ?? "all"}
            className="flex h-7 cursor-pointer items-center rounded-md px-2.5 text-xs font-medium text-muted select-none hover:bg-hover hover:text-text has-checked:bg-hover has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:h-10 dark:has-checked:bg-line"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === kind}
              onChange={() => onChange(kind)}
            />
            {kind === undefined ? "Everything" : timelineKinds[kind].label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
