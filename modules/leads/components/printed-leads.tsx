"use client";

import { useNumberWords } from "@/lib/client/locale";
import { usePrinting } from "@/lib/client/use-printing";
import type { Lead } from "../schemas";
import type { CellContext } from "./lead-column";
import { leadColumns } from "./lead-columns";

/** What a page holds across, and how many rows are printed at most: for more of both there is the export as PDF. */
const MOST_COLUMNS = 9;
const MOST_ROWS = 500;

export interface PrintedLeadsProps {
  /** Ids of the columns shown, in their order. */
  columns: readonly string[];
  rowAt: (index: number) => Lead | undefined;
  total: number;
  isEstimate: boolean;
  context: CellContext;
}

/** The list on paper: the grid has only what is in sight, and places it where no page break can reach it. */
export function PrintedLeads(props: PrintedLeadsProps) {
  return usePrinting() ? <Printed {...props} /> : null;
}

function Printed({ columns, rowAt, total, isEstimate, context }: PrintedLeadsProps) {
  const figure = useNumberWords();
  const shown = columns.flatMap((id) => leadColumns.find((column) => column.id === id) ?? []).slice(0, MOST_COLUMNS);
  const leads: Lead[] = [];
  for (let lead = rowAt(0); lead && leads.length < MOST_ROWS; lead = rowAt(leads.length)) leads.push(lead);
  return (
    <table className="hidden w-full border-collapse text-left text-xs print:table">
      <caption className="caption-bottom pt-2 text-left text-muted">
        {leads.length < total
          ? `The first ${figure(leads.length)} of ${isEstimate ? "about " : ""}${figure(total)}. An export as PDF has all of them.`
          : ""}
      </caption>
      <thead className="border-b border-line-strong">
        <tr>
          {shown.map(({ id, label, numeric }) => (
            <th key={id} scope="col" className={numeric ? "p-1 text-right font-medium" : "p-1 font-medium"}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {leads.map((lead) => (
          <tr key={lead.lead_id} className="border-b border-line align-top">
            {shown.map(({ id, numeric, strong, text, render }) => (
              <td key={id} className={numeric ? "p-1 text-right tabular-nums" : strong ? "p-1 font-medium" : "p-1"}>
                {strong ? text(lead, context) : (render ?? text)(lead, context)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
