import { cn } from "../cn";

/** The place of something that is on its way, in its size. Say "loading" once around a group of them. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block h-3.5 animate-breathe rounded-sm bg-track", className)} />;
}

/** Rows of a table on their way; `widths` are Tailwind widths, one a column. */
export function SkeletonRows({ rows, widths }: { rows: number; widths: readonly string[] }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} className="h-10 border-b border-line last:border-b-0">
      {widths.map((width, column) => (
        <td key={column} className="px-3 py-1 first:pl-4 last:pr-4">
          <Skeleton className={width} />
        </td>
      ))}
    </tr>
  ));
}

/** Entries of a list on their way. */
export function SkeletonList() {
  return (
    <div className="flex flex-col gap-4 p-4">
      {["w-2/3", "w-1/2", "w-3/5"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
