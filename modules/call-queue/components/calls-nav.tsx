"use client";

import Link from "next/link";
import { cn } from "@/components/cn";

const VIEWS = [
  { href: "/calls", label: "All calls" },
  { href: "/calls/messages", label: "Messages" },
  { href: "/calls/abandoned", label: "Hung up" },
] as const;

/** The three lists of calls. */
export function CallsNav({ current }: { current: (typeof VIEWS)[number]["href"] }) {
  return (
    <nav aria-label="Lists of calls" className="flex shrink-0 gap-4 border-b border-line px-4 md:px-6">
      {VIEWS.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === current ? "page" : undefined}
          className={cn(
            "-mb-px flex h-9 items-center border-b-2 text-sm font-medium",
            href === current ? "border-accent text-text" : "border-transparent text-muted hover:text-text",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
