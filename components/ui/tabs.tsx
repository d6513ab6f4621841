"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "../cn";

export interface TabsProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  /** Names the group. */
  label: string;
  tabs: readonly { value: V; label: ReactNode; count?: number; content: ReactNode }[];
  className?: string;
}

/** Views of one thing, one at a time; arrows move between them. */
export function Tabs<V extends string>({ value, onChange, label, tabs, className }: TabsProps<V>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as V)} className={className}>
      <Radix.List aria-label={label} className="flex gap-4 border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className={cn(
              "-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm font-medium text-muted hover:text-text",
              "data-[state=active]:border-accent data-[state=active]:text-text",
            )}
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-xs text-muted tabular-nums">{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-3">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
