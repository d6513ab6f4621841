import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode, Ref } from "react";
import { cn } from "../cn";

interface TableProps extends ComponentProps<"table"> {
  /** Nothing in its cells takes the focus: the table itself does, so that it can be scrolled by keyboard. */
  readOnly?: boolean;
  /** What scrolls around the table, for those who measure it. */
  scroller?: Ref<HTMLDivElement>;
  scrollerClass?: string;
}

/** A dense table that scrolls sideways by itself. Name it with aria-label or aria-labelledby. */
export function Table({ className, readOnly = false, scroller, scrollerClass, ...rest }: TableProps) {
  return (
    <div ref={scroller} className={cn("overflow-x-auto", scrollerClass)} tabIndex={readOnly ? 0 : -1}>
      <table {...rest} className={cn("w-full border-collapse text-left text-sm", className)} />
    </div>
  );
}

export function TableHead({ className, ...rest }: ComponentProps<"thead">) {
  return <thead {...rest} className={cn("border-b border-line text-xs text-muted", className)} />;
}

export function TableRow({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      {...rest}
      className={cn(
        "h-10 border-b border-line last:border-b-0 hover:bg-hover aria-selected:bg-selected [thead_&]:h-8 [thead_&]:hover:bg-transparent",
        className,
      )}
    />
  );
}

export function TableCell({ className, ...rest }: ComponentProps<"td">) {
  return <td {...rest} className={cn("px-2 py-1 first:pl-4 last:pr-4", className)} />;
}

export type SortDirection = "asc" | "desc";

export interface TableHeadCellProps extends Omit<ComponentProps<"th">, "onClick"> {
  /** Present: the column can be sorted; the value is how it is sorted now. */
  sorted?: SortDirection | false;
  onSort?: () => void;
  /** Numbers stand to the right. */
  numeric?: boolean;
  children?: ReactNode;
}

export function TableHeadCell({ sorted, onSort, numeric, className, children, ...rest }: TableHeadCellProps) {
  return (
    <th
      scope="col"
      {...rest}
      {...(onSort && { "aria-sort": sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none" })}
      className={cn("px-2 py-1 font-medium whitespace-nowrap first:pl-4 last:pr-4", numeric && "text-right", className)}
    >
      {onSort ? (
        <SortButton sorted={sorted ?? false} onSort={onSort}>
          {children}
        </SortButton>
      ) : (
        children
      )}
    </th>
  );
}

export function SortButton({
  sorted,
  onSort,
  children,
}: {
  sorted: SortDirection | false;
  onSort: () => void;
  children: ReactNode;
}) {
  const Arrow = sorted === "asc" ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      onClick={onSort}
      className={cn(
        "group -mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-text",
        sorted && "text-text",
      )}
    >
      {children}
      {sorted && <Arrow aria-hidden className="size-3" />}
    </button>
  );
}
