"use client";

import { cn } from "@/components/cn";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type FilterLeaf, kindOf } from "../../domain/lead-filter";
import { priorities, priorityWords } from "../lead-words";
import { fieldWords, isWindow } from "./filter-fields";
import type { FilterWorld } from "./use-filter-world";

export interface FilterValueProps {
  leaf: FilterLeaf;
  world: FilterWorld;
  onChange: (value: unknown) => void;
  invalid: boolean;
}

/** The control for what a condition compares with, by the kind of its field and its operator. */
export function FilterValue({ leaf, world, onChange, invalid }: FilterValueProps) {
  const { field, op, value } = leaf;
  const label = `${fieldWords[field].label}: value`;
  if (op === "is_empty" || op === "is_not_empty") return null;
  if (op === "within_last") return <WindowValue value={value} onChange={onChange} />;
  if (op === "between" && Array.isArray(value)) {
    const [low, high] = value as unknown[];
    return (
      <span className="flex flex-1 items-center gap-2">
        <OneValue
          {...{ leaf, world, invalid }}
          label={`${label}, from`}
          value={low}
          onChange={(next) => onChange([next, high])}
        />
        <span className="text-muted">and</span>
        <OneValue
          {...{ leaf, world, invalid }}
          label={`${label}, to`}
          value={high}
          onChange={(next) => onChange([low, next])}
        />
      </span>
    );
  }
  if (op === "in" || op === "not_in") {
    return <ManyValues {...{ leaf, world, invalid, onChange, label }} values={(value as string[] | undefined) ?? []} />;
  }
  return <OneValue {...{ leaf, world, invalid, label, onChange }} value={value} />;
}

interface OneProps extends FilterValueProps {
  label: string;
  value: unknown;
}

function OneValue({ leaf, world, label, value, onChange, invalid }: OneProps) {
  const options = optionsOf(leaf, world);
  if (options) {
    const known = options.some((option) => option.value === value);
    const shown = known || value === "" ? options : [{ value: String(value), label: String(value) }, ...options];
    return (
      <Select
        size="sm"
        label={label}
        placeholder="Choose…"
        className="min-w-32 flex-1"
        value={value === "" ? undefined : String(value)}
        onChange={onChange}
        options={shown}
      />
    );
  }
  const kind = kindOf(leaf.field);
  const common = { "aria-label": label, "aria-invalid": invalid || undefined, className: "h-7 min-w-24 flex-1" };
  if (kind === "number") {
    return (
      <Input
        {...common}
        type="number"
        min={0}
        value={typeof value === "number" ? value : ""}
        onChange={({ target }) => onChange(target.value === "" ? "" : target.valueAsNumber)}
      />
    );
  }
  if (kind === "date") {
    return (
      <Input {...common} type="date" value={String(value ?? "")} onChange={({ target }) => onChange(target.value)} />
    );
  }
  if (kind === "instant") {
    return (
      <Input
        {...common}
        type="date"
        value={typeof value === "string" && value !== "" ? world.dayOf(value) : ""}
        onChange={({ target }) => onChange(target.value === "" ? "" : world.dayStart(target.value).toISOString())}
      />
    );
  }
  return (
    <Input {...common} maxLength={500} value={String(value ?? "")} onChange={({ target }) => onChange(target.value)} />
  );
}

function ManyValues({ leaf, world, label, values, onChange, invalid }: Omit<OneProps, "value"> & { values: string[] }) {
  const options = optionsOf(leaf, world);
  if (!options) {
    return (
      <Input
        aria-label={`${label}, several with commas between them`}
        aria-invalid={invalid || undefined}
        placeholder="one, another"
        className="h-7 min-w-32 flex-1"
        defaultValue={values.join(", ")}
        onChange={({ target }) =>
          onChange(
            target.value
              .split(",")
              .map((each) => each.trim())
              .filter((each) => each !== ""),
          )
        }
      />
    );
  }
  return (
    <span
      role="group"
      aria-label={label}
      className="flex max-h-32 min-w-52 flex-1 flex-wrap gap-1 overflow-y-auto p-0.5"
    >
      {options.map((option) => {
        const on = values.includes(option.value);
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={on}
            onClick={() => onChange(on ? values.filter((each) => each !== option.value) : [...values, option.value])}
            className={cn(
              "h-6 rounded-md border border-control px-2 text-xs hover:bg-hover",
              on && "border-accent bg-accent-subtle text-accent-text",
            )}
          >
            {option.label}
          </button>
        );
      })}
    </span>
  );
}

const UNITS = ["minutes", "hours", "days", "weeks"].map((unit) => ({ value: unit, label: unit }));

function WindowValue({ value, onChange }: Pick<FilterValueProps, "onChange"> & { value: unknown }) {
  const window = isWindow(value) ? value : { n: 7, unit: "days" as const };
  return (
    <span className="flex flex-1 items-center gap-2">
      <Input
        type="number"
        min={1}
        aria-label="How many"
        className="h-7 w-20"
        value={Number.isFinite(window.n) ? window.n : ""}
        onChange={({ target }) => onChange({ ...window, n: target.valueAsNumber })}
      />
      <Select
        size="sm"
        label="Unit"
        className="w-28"
        value={window.unit}
        options={UNITS}
        onChange={(unit) => onChange({ ...window, unit })}
      />
    </span>
  );
}

function optionsOf({ field }: FilterLeaf, { dispositions, agents, me }: FilterWorld) {
  switch (kindOf(field)) {
    case "priority":
      return priorities.map((value) => ({ value: value as string, label: priorityWords[value].label }));
    case "choice":
      return field === "disposition" ? dispositions.map(({ code, label }) => ({ value: code, label })) : undefined;
    case "agent":
      return agents.length > 0
        ? agents
            .toSorted((one, other) => one.name.localeCompare(other.name))
            .map(({ agent_id, name }) => ({ value: agent_id, label: name }))
        : [{ value: me, label: "Me" }];
    default:
      return undefined;
  }
}
