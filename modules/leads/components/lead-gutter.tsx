"use client";

import { Check } from "lucide-react";
import type { GridColumn } from "@/components/grid/grid-types";
import { Checkbox } from "@/components/ui/checkbox";
import type { Lead } from "../schemas";
import type { LeadWindows } from "./use-lead-windows";
import type { Selection } from "./use-selection";

const GUTTER_PX = 44;
export const GUTTER = "row";

/** The first column: the row's box, or its number for those who cannot select. */
export function gutterColumn(selection: Selection | undefined): GridColumn<Lead> {
  return {
    id: GUTTER,
    label: "Row",
    width: GUTTER_PX,
    pinned: true,
    sortable: false,
    render: (lead, index) =>
      selection ? (
        <RowBox name={lead.name} checked={selection.has(lead.lead_id)} />
      ) : (
        <span className="block text-center text-xs leading-[inherit] text-muted tabular-nums">{index + 1}</span>
      ),
  };
}

/** Looks like a Checkbox, which has more parts than a row that is scrolled past should cost; the grid hears its clicks. */
function RowBox({ name, checked }: { name: string; checked: boolean }) {
  return (
    <span
      role="checkbox"
      data-toggle
      tabIndex={-1}
      aria-label={`Select ${name}`}
      aria-checked={checked}
      className="absolute inset-0 m-auto flex size-4 items-center justify-center rounded-sm border border-control bg-surface before:absolute before:-inset-1.5 hover:border-muted aria-checked:border-accent aria-checked:bg-accent"
    >
      {checked && <Check aria-hidden strokeWidth={3} className="size-3 text-on-accent" />}
    </span>
  );
}

/** The box above all boxes: the rows that are loaded, or none. */
export function SelectAll({ windows, selection }: { windows: LeadWindows; selection: Selection | undefined }) {
  if (!selection) return <span className="sr-only">Row</span>;
  const loaded = (): Lead[] => {
    const leads: Lead[] = [];
    for (let index = 0; index < windows.total; index += 1) {
      const lead = windows.rowAt(index);
      if (!lead) break;
      leads.push(lead);
    }
    return leads;
  };
  const chosen = selection.all ? windows.total : selection.leads.size;
  return (
    <Checkbox
      className="mx-auto"
      aria-label={chosen > 0 ? "Select none" : "Select the leads loaded"}
      checked={selection.all ? true : chosen > 0 ? "indeterminate" : false}
      onCheckedChange={() => (chosen > 0 ? selection.clear() : selection.set(loaded()))}
    />
  );
}
