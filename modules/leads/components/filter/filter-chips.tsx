"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { LeadFilter } from "../../domain/lead-filter";
import { filterWords } from "./filter-fields";
import { changed, groupOf } from "./filter-tree";
import { useFilterWorld } from "./use-filter-world";

export interface FilterChipsProps {
  filter: LeadFilter;
  onChange: (filter: LeadFilter | undefined) => void;
  /** Opens the builder. */
  onEdit: () => void;
}

/** The conditions in force, each with a way to be rid of it. Delete on one takes it away. */
export function FilterChips({ filter, onChange, onEdit }: FilterChipsProps) {
  const { names } = useFilterWorld();
  const group = groupOf(filter);
  const apart = group.joint === "and";
  const parts = apart ? group.parts : [filter];
  const remove = (index: number) => onChange(apart ? changed({ and: parts }, [index], () => undefined) : undefined);
  return (
    <ul aria-label="Conditions" tabIndex={-1} className="flex w-full flex-wrap gap-1.5">
      {parts.map((part, index) => {
        const words = filterWords(part, names);
        return (
          <li
            key={`${index} ${words}`}
            className="flex max-w-full items-center rounded-md bg-accent-subtle text-accent-text"
          >
            <Button
              variant="ghost"
              size="sm"
              className="min-w-0 shrink pr-1 text-accent-text"
              onClick={onEdit}
              onKeyDown={(event) => {
                if (event.key !== "Delete" && event.key !== "Backspace") return;
                event.preventDefault();
                remove(index);
              }}
            >
              <span className="truncate">{words}</span>
            </Button>
            <Button
              variant="ghost"
              size="sm"
              aria-label={`Remove: ${words}`}
              className="px-1.5 text-accent-text"
              onClick={() => remove(index)}
            >
              <X aria-hidden />
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
