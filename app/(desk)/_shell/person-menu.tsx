"use client";

import {
  BellDot,
  ChartNoAxesColumn,
  Cog,
  Keyboard,
  ListOrdered,
  LogOut,
  Monitor,
  Moon,
  Sun,
  ToggleRight,
} from "lucide-react";
import { useTheme } from "next-themes";
import { useRouter } from "next/navigation";
import { cn } from "@/components/cn";
import { Avatar } from "@/components/ui/avatar";
import { DropdownMenu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/dropdown-menu";
import { toastFailure } from "@/components/ui/toast";
import { useMe } from "@/lib/client/me";
import { signOut } from "@/lib/client/session";
import { useUnread } from "@/modules/notifications/components/notification-queries";
import { useShell } from "./shell-state";

const ROLES = { admin: "Admin", manager: "Manager", agent: "Agent" } as const;

export const themes = [
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const;

/** Leaves the product; says so when the server could not be told. */
export async function leave(): Promise<void> {
  if (await signOut()) window.location.assign("/sign-in");
  else toastFailure("You are still signed in", "The server did not answer. Try again in a moment.");
}

/** Who is signed in, the theme, and the way out. */
export function PersonMenu({ narrow }: { narrow: boolean }) {
  const me = useMe();
  const { theme = "system", setTheme } = useTheme();
  const { setShortcutsOpen } = useShell();
  const router = useRouter();
  const unread = useUnread();
  return (
    <DropdownMenu
      side="top"
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          className={cn(
            "flex h-10 items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-hover data-[state=open]:bg-hover",
            narrow && "justify-center px-0 max-md:w-10",
          )}
        >
          <span className="relative">
            <Avatar name={me.name} size="md" />
            {/* On a phone there is no bell: this menu is the way to what it would tell. */}
            {unread > 0 && (
              <span aria-hidden className="absolute -top-0.5 -right-0.5 size-2.5 rounded-full bg-accent md:hidden" />
            )}
          </span>
          <span className="sr-only">{narrow ? `${me.name}: ` : ""}notifications, theme, shortcuts, sign out</span>
          {!narrow && (
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm leading-4 font-medium">{me.name}</span>
              <span className="block truncate text-xs text-muted">{ROLES[me.role]}</span>
            </span>
          )}
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-1">
        <div className="truncate font-medium">{me.name}</div>
        <div className="truncate text-xs text-muted">{me.email}</div>
      </div>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoice value={theme} onChange={setTheme} choices={themes} />
      <MenuSeparator />
      <MenuItem icon={<BellDot />} onSelect={() => router.push("/notifications")}>
        {unread > 0 ? `Notifications (${unread > 99 ? "99+" : unread})` : "Notifications"}
      </MenuItem>
      <MenuItem icon={<ChartNoAxesColumn />} onSelect={() => router.push("/performance")}>
        Performance score
      </MenuItem>
      {me.role !== "agent" && (
        <MenuItem icon={<ListOrdered />} onSelect={() => router.push("/settings/queues")}>
          Queue settings
        </MenuItem>
      )}
      {me.role !== "agent" && (
        <MenuItem icon={<ToggleRight />} onSelect={() => router.push("/settings/flags")}>
          Features
        </MenuItem>
      )}
      {me.role !== "agent" && (
        <MenuItem icon={<Cog />} onSelect={() => router.push("/settings/background")}>
          Background work
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard />} keys={["?"]} onSelect={() => setShortcutsOpen(true)}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </DropdownMenu>
  );
}
