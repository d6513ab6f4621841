import type { ReactNode } from "react";
import { cn } from "../cn";

export interface PageHeaderProps {
  title: ReactNode;
  /** Quiet words beside the title: a count, a state. */
  meta?: ReactNode;
  /** A way back, before the title. */
  leading?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

/** The first line of every page; holds its only h1. */
export function PageHeader({ title, meta, leading, actions, className }: PageHeaderProps) {
  return (
    <header
      className={cn(
        "sticky top-0 z-20 flex print:static min-h-13 shrink-0 items-center gap-3 border-b border-line bg-bg px-4 md:px-6",
        className,
      )}
    >
      {leading}
      <h1 className="truncate text-base font-semibold">{title}</h1>
      {meta !== undefined && <div className="min-w-0 truncate text-sm text-muted">{meta}</div>}
      {actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2 print:hidden">{actions}</div>}
    </header>
  );
}
