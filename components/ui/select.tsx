"use client";

import { Check, ChevronDown, ChevronUp } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "../cn";
import type { FieldControl } from "./field";
import { controlClass } from "./input";

export interface SelectOption<V extends string = string> {
  value: V;
  label: ReactNode;
  /** What typing ahead matches when the label is not plain text. */
  text?: string;
  disabled?: boolean;
}

export interface SelectProps<V extends string> extends Partial<FieldControl> {
  value: V | undefined;
  onChange: (value: V) => void;
  options: readonly SelectOption<V>[];
  placeholder?: string;
  /** Stands in the closed control instead of the chosen option's label. */
  shown?: ReactNode;
  /** Its name, when no Field labels it. */
  label?: string;
  size?: "sm" | "md";
  /** quiet: no edge until hovered, for use in tables and headers. */
  quiet?: boolean;
  disabled?: boolean;
  className?: string;
}

/** A list to choose one value from: arrows, typing ahead, Escape. */
export function Select<V extends string>(props: SelectProps<V>) {
  const {
    value,
    onChange,
    options,
    placeholder,
    shown,
    label,
    size = "md",
    quiet,
    disabled = false,
    className,
    ...field
  } = props;
  return (
    <Radix.Root value={value ?? ""} onValueChange={(next) => onChange(next as V)} disabled={disabled}>
      <Radix.Trigger
        {...field}
        aria-label={label && nameOf(label, options, value)}
        className={cn(
          controlClass,
          "flex items-center justify-between gap-1.5 text-left pointer-coarse:text-base whitespace-nowrap data-placeholder:text-muted [&>span:first-child]:truncate",
          size === "sm" ? "h-7 px-2 text-xs pointer-coarse:text-sm" : "h-8 px-2.5 pointer-coarse:h-10",
          quiet &&
            // It stands among words: as large as these. (Only what is typed into makes a phone zoom in.)
            "border-transparent bg-transparent pointer-coarse:text-sm hover:border-control data-[state=open]:border-control dark:bg-transparent",
          className,
        )}
      >
        <Radix.Value placeholder={placeholder}>{shown}</Radix.Value>
        <Radix.Icon>
          <ChevronDown aria-hidden className="size-3.5 text-muted" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-60 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-pop overflow-hidden rounded-lg bg-raised text-sm text-text shadow-pop"
        >
          <Radix.ScrollUpButton className="flex h-6 items-center justify-center text-muted">
            <ChevronUp aria-hidden className="size-4" />
          </Radix.ScrollUpButton>
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </Radix.Viewport>
          <Radix.ScrollDownButton className="flex h-6 items-center justify-center text-muted">
            <ChevronDown aria-hidden className="size-4" />
          </Radix.ScrollDownButton>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A name hides what stands in the control: so it says the chosen option too. */
function nameOf(label: string, options: readonly SelectOption[], value: string | undefined): string {
  const chosen = options.find((option) => option.value === value);
  const words = chosen?.text ?? (typeof chosen?.label === "string" ? chosen.label : undefined);
  return words === undefined ? label : `${label}: ${words}`;
}

function SelectItem({ option }: { option: SelectOption }) {
  return (
    <Radix.Item
      value={option.value}
      disabled={option.disabled ?? false}
      {...(option.text !== undefined && { textValue: option.text })}
      className="flex h-7 items-center justify-between gap-6 rounded-md px-2 outline-none select-none data-disabled:text-muted data-highlighted:bg-hover pointer-coarse:h-10 dark:data-highlighted:bg-line"
    >
      <Radix.ItemText>{option.label}</Radix.ItemText>
      <Radix.ItemIndicator>
        <Check aria-hidden className="size-3.5 text-accent-text" />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}
