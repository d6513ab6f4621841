"use client";

import { FolderPlus, Plus, Trash2 } from "lucide-react";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { AppError } from "@/lib/errors";
import {
  checkFilter,
  type FilterField,
  type FilterLeaf,
  type FilterOp,
  kindOf,
  type LeadFilter,
  opsOf,
} from "../../domain/lead-filter";
import { fields, fieldWords, freshLeaf, opWords, withOp } from "./filter-fields";
import { FilterValue } from "./filter-value";
import { groupOf, isGroup, type Joint, type Path } from "./filter-tree";
import type { FilterWorld } from "./use-filter-world";

/** What the parts of a group may do to the tree they stand in. */
export interface GroupActions {
  change: (path: Path, part: LeadFilter | undefined) => void;
  add: (path: Path, part: LeadFilter) => void;
  rejoin: (path: Path, joint: Joint) => void;
}

export interface FilterGroupProps extends GroupActions {
  filter: LeadFilter;
  path: Path;
  world: FilterWorld;
}

const JOINTS = [
  { value: "and" as const, label: "all of these" },
  { value: "or" as const, label: "any of these" },
];
/** Groups in groups beyond this are better written as text. */
const DEEPEST = 3;

/** Conditions joined by "and" or by "or", some of which may be groups again. */
export function FilterGroup({ filter, path, world, ...actions }: FilterGroupProps) {
  const { joint, parts } = groupOf(filter);
  const { change, add, rejoin } = actions;
  const inside = path.length > 0;
  const own = useRef<HTMLDivElement>(null);
  /** Adds a part, and goes on in it. */
  const append = (part: LeadFilter) => {
    flushSync(() => add(path, part));
    own.current?.lastElementChild?.previousElementSibling?.querySelector<HTMLElement>("[role=combobox]")?.focus();
  };
  return (
    <div
      ref={own}
      role="group"
      aria-label={joint === "and" ? "All of these hold" : "Any of these holds"}
      className={cn("flex flex-col gap-2", inside && "rounded-lg border border-line bg-sunken/50 p-2")}
    >
      <div className="flex items-center gap-2 text-sm">
        <span className="text-muted">{inside ? "and in this group" : "Leads for which"}</span>
        <Select
          size="sm"
          label="Joined by"
          className="w-32"
          value={joint}
          options={JOINTS}
          onChange={(next) => rejoin(path, next)}
        />
        <span className="text-muted">{joint === "and" ? "hold" : "holds"}</span>
        {inside && <Remove label="Remove this group" onClick={() => change(path, undefined)} />}
      </div>
      {parts.map((part, index) => (
        <Part key={index} part={part} path={[...path, index]} world={world} {...actions} />
      ))}
      <div className="flex gap-1">
        <Button
          variant="ghost"
          size="sm"
          className="text-accent-text"
          onClick={() => append(freshLeaf("priority", world.today))}
        >
          <Plus aria-hidden /> Condition
        </Button>
        {path.length < DEEPEST && (
          <Button
            variant="ghost"
            size="sm"
            className="text-accent-text"
            onClick={() =>
              append({ [joint === "and" ? "or" : "and"]: [freshLeaf("priority", world.today)] } as LeadFilter)
            }
          >
            <FolderPlus aria-hidden /> Group
          </Button>
        )}
      </div>
    </div>
  );
}

function Part({ part, path, world, ...actions }: { part: LeadFilter; path: Path; world: FilterWorld } & GroupActions) {
  if (isGroup(part)) return <FilterGroup filter={part} path={path} world={world} {...actions} />;
  if ("not" in part) {
    return (
      <div role="group" aria-label="Not so" className="flex items-start gap-2">
        <span className="pt-1 text-sm font-medium text-danger-text">not</span>
        <div className="min-w-0 flex-1">
          <Part part={part.not} path={[...path, 0]} world={world} {...actions} />
        </div>
      </div>
    );
  }
  return <Condition leaf={part} world={world} onChange={(leaf) => actions.change(path, leaf)} />;
}

const FIELDS = fields.map((field) => ({ value: field, label: fieldWords[field].label }));
/** By days, "after" and "until" would say no more than "from" and "before". */
const FINER: readonly FilterOp[] = ["gt", "lte"];

interface ConditionProps {
  leaf: FilterLeaf;
  world: FilterWorld;
  onChange: (leaf: FilterLeaf | undefined) => void;
}

function Condition({ leaf, world, onChange }: ConditionProps) {
  const { field, op } = leaf;
  const problem = problemOf(leaf);
  const ops = opsOf(field).filter((each) => each === op || kindOf(field) !== "instant" || !FINER.includes(each));
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          size="sm"
          label="Field"
          className="w-36 max-sm:grow"
          value={field}
          options={FIELDS}
          onChange={(next: FilterField) => onChange(freshLeaf(next, world.today))}
        />
        <Select
          size="sm"
          label="How"
          className="w-36 max-sm:grow"
          value={op}
          options={ops.map((each) => ({ value: each, label: opWords(field, each) }))}
          onChange={(next) => onChange(withOp(leaf, next, world.today))}
        />
        <FilterValue
          key={`${field} ${op}`}
          leaf={leaf}
          world={world}
          invalid={problem !== undefined}
          onChange={(value) => onChange({ field, op, value })}
        />
        <Remove label={`Remove the condition on ${fieldWords[field].label}`} onClick={() => onChange(undefined)} />
      </div>
      {problem !== undefined && <p className="mt-0.5 text-xs text-danger-text">{problem}</p>}
    </div>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <IconButton label={label} size="sm" className="ml-auto text-muted" onClick={onClick}>
      <Trash2 />
    </IconButton>
  );
}

/** What is wrong with one condition, in words. */
export function problemOf(leaf: FilterLeaf): string | undefined {
  const { value, op } = leaf;
  const blank = (each: unknown): boolean => each === "" || (typeof each === "number" && Number.isNaN(each));
  if (op !== "is_empty" && op !== "is_not_empty") {
    const missing = Array.isArray(value) ? value.length === 0 || value.some(blank) : blank(value);
    if (missing) return "Say with what to compare.";
  }
  try {
    checkFilter(leaf);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
