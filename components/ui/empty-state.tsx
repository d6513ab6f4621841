import type { ReactNode } from "react";
import { cn } from "../cn";

export interface EmptyStateProps {
  icon?: ReactNode;
  title: ReactNode;
  /** The whole page is this state: its title is the page's h1. */
  wholePage?: boolean;
  /** What to do next. */
  children?: ReactNode;
  actions?: ReactNode;
  /** failing: it is read out, because something went wrong. */
  failing?: boolean;
  className?: string;
}

/** Nothing to show: why, and what to do next. */
export function EmptyState({ icon, title, children, actions, failing, wholePage, className }: EmptyStateProps) {
  const Title = wholePage ? "h1" : "p";
  return (
    <div
      {...(failing && { role: "alert" })}
      className={cn("flex flex-col items-center justify-center gap-1 px-6 py-10 text-center", className)}
    >
      {icon !== undefined && (
        <span aria-hidden className={cn("mb-1.5 [&_svg]:size-5", failing ? "text-danger-text" : "text-muted")}>
          {icon}
        </span>
      )}
      <Title className="text-sm font-medium">{title}</Title>
      {children !== undefined && <div className="max-w-sm text-sm text-balance text-muted">{children}</div>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
