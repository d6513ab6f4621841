"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/cn";
import { useMe } from "@/lib/client/me";
import { isCurrent, navFor } from "./nav";
import { PersonMenu } from "./person-menu";
import { useShell } from "./shell-state";

const cell =
  "flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[0.6875rem] leading-4 text-muted [&_svg]:size-5";

/** The navigation on a phone, within reach of the thumb. */
export function BottomBar() {
  const { role } = useMe();
  const { setPaletteOpen } = useShell();
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="flex h-14 shrink-0 items-stretch border-t border-line bg-sunken pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
    >
      {navFor(role).map((item) => {
        if (item.notOnPhone) return null;
        const current = isCurrent(item, pathname);
        return (
          <Link
            key={item.href}
            href={item.href}
            aria-current={current ? "page" : undefined}
            className={cn(cell, "focus-visible:-outline-offset-2", current && "font-medium text-accent-text")}
          >
            <item.Icon aria-hidden />
            {item.label}
          </Link>
        );
      })}
      <button
        type="button"
        onClick={() => setPaletteOpen(true)}
        className={cn(cell, "focus-visible:-outline-offset-2")}
      >
        <Search aria-hidden />
        Search
      </button>
      <div className="flex flex-1 items-center justify-center">
        <PersonMenu narrow />
      </div>
    </nav>
  );
}
