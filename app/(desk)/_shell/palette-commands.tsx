"use client";

import {
  BellDot,
  BellRing,
  ChartNoAxesColumn,
  Cog,
  FileUp,
  Inbox,
  Keyboard,
  ListOrdered,
  LogOut,
  Printer,
  Scale,
  ToggleRight,
  UserRoundPlus,
  Voicemail,
} from "lucide-react";
import { useTheme } from "next-themes";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useIsStaff } from "@/lib/client/me";
import { leave, themes } from "./person-menu";
import { useShell } from "./shell-state";

export interface PaletteCommand {
  icon: ReactNode;
  label: string;
  /** Other words that find it. */
  also: string;
  action: () => void;
}

/** What can be done from anywhere, in the order of how often it is. */
export function usePaletteCommands(): readonly PaletteCommand[] {
  const router = useRouter();
  const isStaff = useIsStaff();
  const { setTheme } = useTheme();
  const { setShortcutsOpen } = useShell();
  const to = (icon: ReactNode, label: string, also: string, path: string): PaletteCommand => ({
    icon,
    label,
    also,
    action: () => router.push(path),
  });
  const forStaff: readonly PaletteCommand[] = [
    to(<FileUp aria-hidden />, "Import leads", "file csv xlsx excel upload", "/imports"),
    to(<Scale aria-hidden />, "Rebalance leads", "move even out relieve capacity", "/dashboard?rebalance=1"),
    to(<ListOrdered aria-hidden />, "Queue settings", "hours holidays members menus numbers vip", "/settings/queues"),
    to(
      <ListOrdered aria-hidden />,
      "What callers hear",
      "announcements texts languages",
      "/settings/queues/announcements",
    ),
    to(<ToggleRight aria-hidden />, "Features", "flags rollout rollback", "/settings/flags"),
    to(<Cog aria-hidden />, "Background work", "jobs worker cron failed retry queue", "/settings/background"),
  ];
  return [
    to(<UserRoundPlus aria-hidden />, "New lead", "create add", "/leads?new=1"),
    to(<Inbox aria-hidden />, "Leads of the pool", "unassigned nobody", "/leads?agent=none"),
    to(<BellDot aria-hidden />, "Notifications", "unread news bell", "/notifications"),
    to(<BellRing aria-hidden />, "Notification settings", "e-mail sms quiet hours digest", "/settings/notifications"),
    to(<Voicemail aria-hidden />, "Messages", "voicemail", "/calls/messages"),
    ...(isStaff ? forStaff : []),
    to(<ChartNoAxesColumn aria-hidden />, "Performance score", "formula interval", "/performance"),
    // The palette must be gone from the paper.
    {
      icon: <Printer aria-hidden />,
      label: "Print this page",
      also: "paper pdf",
      action: () => setTimeout(() => window.print(), 300),
    },
    ...themes.map(({ value, label, icon }) => ({
      icon,
      label: `Theme: ${label}`,
      also: "appearance mode",
      action: () => setTheme(value),
    })),
    {
      icon: <Keyboard aria-hidden />,
      label: "Keyboard shortcuts",
      also: "help keys",
      action: () => setShortcutsOpen(true),
    },
    { icon: <LogOut aria-hidden />, label: "Sign out", also: "log out leave", action: () => void leave() },
  ];
}
