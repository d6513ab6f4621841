import type { ComponentProps, ReactNode } from "react";
import { cn } from "../cn";

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return (
    <section
      {...rest}
      className={cn("overflow-hidden rounded-lg border border-line bg-surface shadow-card", className)}
    />
  );
}

export interface CardHeaderProps {
  title: ReactNode;
  /** Quiet words beside the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  id?: string;
  className?: string;
}

export function CardHeader({ title, meta, actions, id, className }: CardHeaderProps) {
  return (
    <header
      className={cn("flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5", className)}
    >
      <h2 id={id} className="text-sm font-semibold">
        {title}
      </h2>
      {meta !== undefined && <div className="text-xs text-muted">{meta}</div>}
      {actions !== undefined && <div className="flex items-center gap-2 ml-auto print:hidden">{actions}</div>}
    </header>
  );
}

export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div {...rest} className={cn("p-4", className)} />;
}
