import { cn } from "../cn";

/** Keys to press, such as ["Ctrl", "K"]. */
export function Kbd({ keys, className }: { keys: readonly string[]; className?: string }) {
  return (
    <span className={cn("inline-flex shrink-0 gap-0.5", className)}>
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 font-sans text-[0.6875rem] leading-none text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
