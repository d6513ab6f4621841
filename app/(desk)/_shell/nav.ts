import {
  Bell,
  FileDown,
  FileUp,
  Gauge,
  ListChecks,
  ListOrdered,
  PhoneCall,
  PhoneForwarded,
  UsersRound,
  type LucideIcon,
} from "lucide-react";
import type { Role } from "@/lib/principal";

export interface NavItem {
  href: "/dashboard" | "/my-work" | "/leads" | "/queue" | "/calls" | "/callbacks" | "/imports" | "/exports" | "/alerts";
  label: string;
  Icon: LucideIcon;
  /** The second key after "g". */
  key: string;
  staffOnly?: true;
  agentsOnly?: true;
  /** Not in the bottom bar of a phone, which has room for five; reached there from the dashboard, the calls, and by search. */
  notOnPhone?: true;
}

const ITEMS: readonly NavItem[] = [
  { href: "/dashboard", label: "Dashboard", Icon: Gauge, key: "d", staffOnly: true },
  { href: "/my-work", label: "My work", Icon: ListChecks, key: "w", agentsOnly: true },
  { href: "/leads", label: "Leads", Icon: UsersRound, key: "l" },
  { href: "/queue", label: "Queue", Icon: ListOrdered, key: "q" },
  { href: "/calls", label: "Calls", Icon: PhoneCall, key: "c" },
  { href: "/callbacks", label: "Callbacks", Icon: PhoneForwarded, key: "b", notOnPhone: true },
  { href: "/imports", label: "Imports", Icon: FileUp, key: "i", staffOnly: true, notOnPhone: true },
  { href: "/exports", label: "Exports", Icon: FileDown, key: "e", notOnPhone: true },
  { href: "/alerts", label: "Alerts", Icon: Bell, key: "a", staffOnly: true, notOnPhone: true },
];

/** The pages that a role is shown; each page checks for itself who may see it. */
export function navFor(role: Role): readonly NavItem[] {
  return ITEMS.filter((item) => (role === "agent" ? item.staffOnly !== true : item.agentsOnly !== true));
}

export function isCurrent(item: NavItem, pathname: string): boolean {
  return pathname === item.href || pathname.startsWith(`${item.href}/`);
}
