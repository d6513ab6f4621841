import { cn } from "./cn";

/** The mark: two bars, even. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={cn("size-6 shrink-0", className)}>
      <rect width="24" height="24" rx="6.5" className="fill-accent" />
      <rect x="6.5" y="7.75" width="11" height="3" rx="1.5" className="fill-on-accent" />
      <rect x="6.5" y="13.25" width="11" height="3" rx="1.5" className="fill-on-accent" />
    </svg>
  );
}
