"use client";

import { useQuery } from "@tanstack/react-query";
import { SkeletonList } from "@/components/ui/skeleton";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { NumberText } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import type { ImportView } from "../schemas";
import { failedRowsQuery } from "./import-queries";
import { rowCount } from "./import-words";

/** The first rows that failed: where each stands in the file, and what is wrong with it. */
export function FailedRows({ one }: { one: ImportView }) {
  const rows = useQuery(failedRowsQuery(one));
  const figure = useNumberWords();
  const failed = (one.result ?? one.forecast)?.failed ?? 0;
  const unreached = one.result?.not_reached ?? 0;
  if (failed === 0) {
    return (
      <p className="px-4 py-3 text-sm text-muted">
        {rowCount(unreached, figure)} {unreached === 1 ? "was" : "were"} not reached. They stand in the CSV as they
        were, to be imported later.
      </p>
    );
  }
  if (!rows.data) return <SkeletonList />;
  const shown = rows.data.rows;
  return (
    <>
      <Table readOnly aria-labelledby="errors">
        <TableHead>
          <TableRow>
            <TableHeadCell className="w-14 sm:w-20" numeric>
              Row
            </TableHeadCell>
            <TableHeadCell className="max-sm:hidden">Lead</TableHeadCell>
            <TableHeadCell>What is wrong</TableHeadCell>
          </TableRow>
        </TableHead>
        <tbody>
          {shown.map(({ row, values, errors }) => (
            <TableRow key={row}>
              <TableCell className="text-right text-muted tabular-nums max-sm:align-top">
                <NumberText value={row} />
              </TableCell>
              <TableCell className="max-w-48 truncate max-sm:hidden">{nameOf(values)}</TableCell>
              <TableCell className="wrap-anywhere">
                <span className="block text-muted sm:hidden">{nameOf(values)}</span>
                {errors.map(({ column, message }) => (
                  <span key={`${column} ${message}`} className="block py-0.5">
                    {column !== null && <span className="font-medium">{column} </span>}
                    {message}
                  </span>
                ))}
              </TableCell>
            </TableRow>
          ))}
        </tbody>
      </Table>
      {failed > shown.length && (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          The first <NumberText value={shown.length} /> of <NumberText value={failed} />. All of them stand in the CSV
          {unreached > 0 && `, with ${rowCount(unreached, figure)} that were not reached`}.
        </p>
      )}
    </>
  );
}

function nameOf({ name, phone, email }: Record<string, unknown>): string {
  for (const value of [name, phone, email]) if (typeof value === "string") return value;
  return "";
}
