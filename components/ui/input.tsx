import type { ComponentProps, ReactNode } from "react";
import { cn } from "../cn";

/** The look every text control shares. 16 px on touch, or phones zoom into the page. */
export const controlClass =
  "w-full rounded-md border border-control bg-surface text-sm text-text pointer-coarse:text-lg " +
  "hover:border-muted focus-visible:border-accent focus-visible:outline-offset-0 " +
  "aria-invalid:border-danger disabled:bg-sunken disabled:text-muted dark:bg-sunken";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input {...rest} className={cn(controlClass, "h-8 px-2.5 read-only:bg-sunken pointer-coarse:h-10", className)} />
  );
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      {...rest}
      className={cn(controlClass, "block resize-y px-2.5 py-1.5 read-only:bg-sunken", className)}
    />
  );
}

export interface SearchInputProps extends ComponentProps<"input"> {
  /** A small icon before the text. */
  icon: ReactNode;
  /** Something after the text: a key hint or a button. */
  trailing?: ReactNode;
}

export function InputWithIcon({ icon, trailing, className, ...rest }: SearchInputProps) {
  return (
    <div className={cn("relative", className)}>
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted [&_svg]:size-4"
      >
        {icon}
      </span>
      <Input {...rest} className={cn("pl-8 text-ellipsis", trailing !== undefined && "pr-10")} />
      {trailing !== undefined && <span className="absolute inset-y-0 right-1.5 flex items-center">{trailing}</span>}
    </div>
  );
}
