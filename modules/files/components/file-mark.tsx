import type { ReactNode } from "react";

/** The square before a file's name. */
export function FileMark({ children }: { children: ReactNode }) {
  return (
    <span
      aria-hidden
      className="flex size-10 shrink-0 items-center justify-center overflow-hidden rounded-md border border-line bg-track text-muted [&_svg]:size-4.5"
    >
      {children}
    </span>
  );
}
