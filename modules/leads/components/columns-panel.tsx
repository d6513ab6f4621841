"use client";

import { Columns3 } from "lucide-react";
import { useId, useState } from "react";
import { type ColumnLayout, type Density, withShown } from "@/components/grid/column-layout";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { leadColumns } from "./lead-columns";

const DENSITIES: readonly { value: Density; label: string }[] = [
  { value: "compact", label: "Compact" },
  { value: "normal", label: "Normal" },
  { value: "roomy", label: "Roomy" },
];

export interface ColumnsPanelProps {
  layout: ColumnLayout;
  onLayout: (layout: ColumnLayout) => void;
  onReset: () => void;
}

/** Which columns are shown, and how high their rows are. */
export function ColumnsPanel({ layout, onLayout, onReset }: ColumnsPanelProps) {
  const [words, setWords] = useState("");
  const shown = new Set(layout.columns.map(({ id }) => id));
  const wanted = words.trim().toLowerCase();
  const found = leadColumns.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <Popover
      label="Columns"
      align="end"
      trigger={
        <Button variant="ghost" className="text-muted">
          <Columns3 aria-hidden /> <span className="max-lg:sr-only">Columns</span>
        </Button>
      }
    >
      <DensityChoice value={layout.density} onChange={(density) => onLayout({ ...layout, density })} />
      <Input
        type="search"
        aria-label="Find a column"
        placeholder={`Find one of ${leadColumns.length} columns`}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="mt-3"
      />
      <ul aria-label="Columns" className="mt-2 max-h-72 overflow-y-auto">
        {found.map(({ id, label }) => (
          <ColumnTick
            key={id}
            label={label}
            shown={shown.has(id)}
            onChange={(next) => onLayout(withShown(layout, id, next))}
          />
        ))}
        {found.length === 0 && <li className="py-1.5 text-muted">No column of this name</li>}
      </ul>
      <div className="mt-2 flex items-center justify-between border-t border-line pt-2">
        <span className="text-xs text-muted">{shown.size} shown</span>
        <Button size="sm" variant="ghost" onClick={onReset}>
          As at first
        </Button>
      </div>
    </Popover>
  );
}

function ColumnTick({ label, shown, onChange }: { label: string; shown: boolean; onChange: (next: boolean) => void }) {
  const id = useId();
  return (
    <li className="flex h-7 items-center gap-2.5 px-1">
      <Checkbox id={id} checked={shown} onCheckedChange={(next) => onChange(next === true)} />
      <label htmlFor={id} className="flex-1 truncate">
        {label}
      </label>
    </li>
  );
}

function DensityChoice({ value, onChange }: { value: Density; onChange: (value: Density) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">Density</legend>
      <div className="flex gap-0.5 rounded-md bg-sunken p-0.5 dark:bg-bg">
        {DENSITIES.map((each) => (
          <label
            key={each.value}
            className="flex h-7 flex-1 items-center justify-center rounded-sm text-xs font-medium text-muted has-checked:bg-raised has-checked:text-text has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === each.value}
              onChange={() => onChange(each.value)}
            />
            {each.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
