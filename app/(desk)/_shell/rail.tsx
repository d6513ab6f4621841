"use client";

import { Mail, PanelLeftClose, PanelLeftOpen, Phone, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "@/components/cn";
import { LogoMark } from "@/components/logo";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { Tooltip } from "@/components/ui/tooltip";
import { useMe } from "@/lib/client/me";
import { AlertCount } from "@/modules/alerts/components/alert-count";
import { NotificationBell } from "@/modules/notifications/components/notification-bell";
import { LiveIndicator } from "./live-indicator";
import { isCurrent, navFor } from "./nav";
import { PersonMenu } from "./person-menu";
import { useShell } from "./shell-state";

const rowClass =
  "relative flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-text [&_svg]:size-4 [&_svg]:shrink-0";

/** The navigation at the left edge; on a phone the bottom bar stands in for it. */
export function Rail() {
  const { narrow, setNarrow, setPaletteOpen, telephoneUrl, mailboxUrl } = useShell();
  const { role } = useMe();
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className={cn(
        "flex shrink-0 flex-col border-r border-line bg-sunken max-md:hidden print:hidden",
        narrow ? "w-13" : "w-52",
      )}
    >
      <div className={cn("flex h-13 shrink-0 items-center gap-2 px-3", narrow && "justify-center px-0")}>
        {!narrow && (
          <>
            <LogoMark className="size-5.5" />
            <span className="flex-1 text-sm font-semibold tracking-tight">Evenhand</span>
          </>
        )}
        <IconButton
          label={narrow ? "Widen the navigation" : "Narrow the navigation"}
          size="sm"
          aria-expanded={!narrow}
          onClick={() => setNarrow(!narrow)}
          className="text-muted"
        >
          {narrow ? <PanelLeftOpen /> : <PanelLeftClose />}
        </IconButton>
      </div>
      <div className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-2 pb-2">
        <RailTip label="Search" keys={["Ctrl", "K"]} narrow={narrow}>
          <button
            type="button"
            aria-label={narrow ? "Search" : undefined}
            onClick={() => setPaletteOpen(true)}
            className={cn(rowClass, "mb-2")}
          >
            <Search aria-hidden />
            <Word narrow={narrow}>Search</Word>
            {!narrow && <Kbd keys={["Ctrl", "K"]} className="ml-auto" />}
          </button>
        </RailTip>
        {navFor(role).map((item) => (
          <RailTip key={item.href} label={item.label} keys={["G", item.key.toUpperCase()]} narrow={narrow}>
            <RailLink href={item.href} current={isCurrent(item, pathname)} aria-label={narrow ? item.label : undefined}>
              <item.Icon aria-hidden />
              <Word narrow={narrow}>{item.label}</Word>
              {item.href === "/alerts" && <AlertCount narrow={narrow} />}
            </RailLink>
          </RailTip>
        ))}
        <div className="mt-2">
          <CarrierLink label="Telephone" href={telephoneUrl} icon={<Phone aria-hidden />} narrow={narrow} />
          <CarrierLink label="Mailbox" href={mailboxUrl} icon={<Mail aria-hidden />} narrow={narrow} />
        </div>
      </div>
      <div className="flex flex-col gap-0.5 border-t border-line p-2">
        <NotificationBell narrow={narrow} className={rowClass} />
        <LiveIndicator narrow={narrow} />
        <PersonMenu narrow={narrow} />
      </div>
    </nav>
  );
}

/** The way to a page of the local carrier's; nothing where there is none. */
function CarrierLink({
  label,
  href,
  icon,
  narrow,
}: {
  label: string;
  href: string | undefined;
  icon: ReactNode;
  narrow: boolean;
}) {
  if (href === undefined) return null;
  return (
    <RailTip label={`${label} (new tab)`} narrow={narrow}>
      <a href={href} target="_blank" rel="noreferrer" aria-label={`${label} (opens in a new tab)`} className={rowClass}>
        {icon}
        <Word narrow={narrow}>{label}</Word>
      </a>
    </RailTip>
  );
}

function RailLink({ current, className, ...rest }: ComponentProps<typeof Link> & { current: boolean }) {
  return (
    <Link
      {...rest}
      aria-current={current ? "page" : undefined}
      className={cn(rowClass, current && "bg-track font-medium text-text hover:bg-track", className)}
    />
  );
}

function Word({ narrow, children }: { narrow: boolean; children: ReactNode }) {
  return narrow ? null : <span className="truncate">{children}</span>;
}

/** In the narrow rail the words move into a tooltip. */
function RailTip({
  label,
  keys,
  narrow,
  children,
}: {
  label: string;
  keys?: string[];
  narrow: boolean;
  children: ReactElement;
}) {
  if (!narrow) return children;
  return (
    <Tooltip content={label} side="right" {...(keys && { keys })}>
      {children}
    </Tooltip>
  );
}
