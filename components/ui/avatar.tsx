import { cn } from "../cn";

/** Hues that stay apart from each other and keep 4.5:1 in both themes. */
const HUES = [265, 225, 190, 155, 110, 65, 30, 350, 310] as const;
const SIZES = { sm: "size-5 text-[0.625rem]", md: "size-7 text-[0.6875rem]", lg: "size-10 text-sm" } as const;

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

function hueOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return HUES[sum % HUES.length] ?? 265;
}

/** A person's initials; decoration, since the name stands beside it. */
export function Avatar({
  name,
  size = "md",
  className,
}: {
  name: string;
  size?: keyof typeof SIZES;
  className?: string;
}) {
  return (
    <span
      aria-hidden
      style={{ "--hue": hueOf(name) } as React.CSSProperties}
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold tracking-normal select-none",
        "bg-[oklch(0.93_0.035_var(--hue))] text-[oklch(0.42_0.1_var(--hue))] dark:bg-[oklch(0.33_0.05_var(--hue))] dark:text-[oklch(0.87_0.07_var(--hue))]",
        SIZES[size],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
