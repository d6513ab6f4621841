"use client";

import { Select, type SelectOption } from "@/components/ui/select";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { ImportView } from "../schemas";
import type { ImportField } from "./import-queries";
import { fieldWords } from "./import-words";

type Choice = ImportField | "none";

const FIELDS = Object.keys(fieldWords) as ImportField[];
const OPTIONS: readonly SelectOption<Choice>[] = [
  { value: "none", label: "Not imported" },
  ...FIELDS.map((value) => ({ value, label: fieldWords[value] })),
];
/** Values shown of each column. */
const SHOWN = 3;

export interface ColumnMappingProps {
  one: ImportView;
  mapping: ImportView["mapping"];
  onChange: (mapping: ImportView["mapping"]) => void;
}

/** Each column of the file with some of its values, and the field that it is. A field is one column's only. */
export function ColumnMapping({ one: { file }, mapping, onChange }: ColumnMappingProps) {
  const choose = (column: number, choice: Choice) =>
    onChange(
      mapping.map((field, at) => {
        if (at === column) return choice === "none" ? null : choice;
        return field === choice ? null : field;
      }),
    );
  return (
    <Table aria-labelledby="columns">
      <TableHead>
        <TableRow>
          <TableHeadCell className="sm:w-64">Column</TableHeadCell>
          <TableHeadCell className="max-sm:hidden">Values</TableHeadCell>
          <TableHeadCell className="w-44 sm:w-52">Is</TableHeadCell>
        </TableRow>
      </TableHead>
      <tbody>
        {file.header.map((name, column) => (
          <TableRow key={column}>
            <TableCell className="max-w-0 font-medium break-words">
              {name === "" ? `Column ${column + 1}` : name}
              <span className="block truncate text-xs font-normal text-muted sm:hidden">
                {valuesOf(file.sample, column)}
              </span>
            </TableCell>
            <TableCell className="max-w-0 truncate text-muted max-sm:hidden" title={valuesOf(file.sample, column)}>
              {valuesOf(file.sample, column)}
            </TableCell>
            <TableCell>
              <Select
                label={`${name === "" ? `Column ${column + 1}` : name} is`}
                size="sm"
                className="w-full"
                value={mapping[column] ?? "none"}
                onChange={(choice) => choose(column, choice)}
                options={OPTIONS}
              />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

const valuesOf = (sample: string[][], column: number): string =>
  sample
    .map((cells) => cells[column] ?? "")
    .filter((cell) => cell !== "")
    .slice(0, SHOWN)
    .join(" · ");
