"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Keyboard, LogOut, Search, UserRound, UserRoundPlus } from "lucide-react";
import { useTheme } from "next-themes";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { useDeferredValue, useState, type ReactNode } from "react";
import { Kbd } from "@/components/ui/kbd";
import { api } from "@/lib/client/api";
import { useMe } from "@/lib/client/me";
import { useDebounced } from "@/lib/client/use-debounced";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { listLeads, type Lead } from "@/modules/leads/schemas";
import { navFor } from "./nav";
import { leave, themes } from "./person-menu";
import { useShell } from "./shell-state";

const LEADS_SHOWN = 6;
const MIN_CHARACTERS = 2;
const TYPING_MS = 160;

const itemClass =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm select-none data-[selected=true]:bg-selected pointer-coarse:h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";
const groupClass =
  "px-1.5 pb-1.5 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

interface PaletteCommand {
  icon: ReactNode;
  label: string;
  /** Other words that find it. */
  also: string;
  action: () => void;
}

/** Ctrl+K: every page, every command, and any lead by name or number. */
export function CommandPalette() {
  const { paletteOpen, setPaletteOpen } = useShell();
  return (
    <Radix.Root open={paletteOpen} onOpenChange={setPaletteOpen}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-3 z-50 mx-auto max-w-xl animate-pop overflow-hidden rounded-xl bg-raised shadow-dialog outline-none sm:top-[14vh]"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Palette close={() => setPaletteOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Palette({ close }: { close: () => void }) {
  const [words, setWords] = useState("");
  const shown = useDeferredValue(words.trim().toLowerCase());
  const found = useFoundLeads(words.trim());
  const { role } = useMe();
  const router = useRouter();
  const { setTheme } = useTheme();
  const { setShortcutsOpen } = useShell();
  const run = (action: () => void) => () => {
    close();
    action();
  };
  const matches = (...names: string[]) => names.some((name) => name.toLowerCase().includes(shown));
  const pages = navFor(role).filter((item) => matches(item.label, `go to ${item.label}`));
  const commands: readonly PaletteCommand[] = [
    {
      icon: <UserRoundPlus aria-hidden />,
      label: "New lead",
      also: "create add",
      action: () => router.push("/leads?new=1"),
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
  ].filter(({ label, also }) => matches(label, also));

  return (
    <Command shouldFilter={false} loop label="Search and commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <Command.Input
          value={words}
          onValueChange={setWords}
          placeholder="Find a lead, a page, a command"
          className="h-12 w-full bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
        <Kbd keys={["Esc"]} className="max-sm:hidden" />
      </div>
      <p role="status" className="px-4 pt-3 text-sm text-muted empty:hidden">
        {found.message}
      </p>
      <Command.List label="Results" className="max-h-[56vh] overflow-y-auto pt-1">
        {found.leads.length > 0 && (
          <Command.Group heading="Leads" className={groupClass}>
            {found.leads.map((lead) => (
              <Command.Item
                key={lead.lead_id}
                value={lead.lead_id}
                onSelect={run(() => router.push(`/leads/${lead.lead_id}`))}
                className={itemClass}
              >
                <UserRound aria-hidden />
                <span className="truncate">{lead.name}</span>
                <span className="text-muted">{formatPhone(lead.phone)}</span>
                <span className="ml-auto truncate text-xs text-muted">{lead.assigned_agent_name ?? "Unassigned"}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {pages.length > 0 && (
          <Command.Group heading="Pages" className={groupClass}>
            {pages.map((item) => (
              <Command.Item
                key={item.href}
                value={item.href}
                onSelect={run(() => router.push(item.href))}
                className={itemClass}
              >
                <item.Icon aria-hidden />
                <span className="flex-1">{item.label}</span>
                <Kbd keys={["G", item.key.toUpperCase()]} />
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {commands.length > 0 && (
          <Command.Group heading="Commands" className={groupClass}>
            {commands.map(({ icon, label, action }) => (
              <Command.Item key={label} value={label} onSelect={run(action)} className={itemClass}>
                {icon}
                {label}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

interface Found {
  leads: readonly Lead[];
  /** What there is to say when there is nothing to show. */
  message: string | undefined;
}

function useFoundLeads(words: string): Found {
  const q = useDebounced(words, TYPING_MS);
  const { data, isFetching, error } = useQuery({
    queryKey: ["lead", "palette", q],
    queryFn: ({ signal }) => api(listLeads, { query: { q, limit: LEADS_SHOWN }, signal }),
    enabled: q.length >= MIN_CHARACTERS,
    placeholderData: keepPreviousData,
  });
  if (words.length < MIN_CHARACTERS) return { leads: [], message: undefined };
  const leads = data?.leads ?? [];
  if (leads.length > 0) return { leads, message: undefined };
  if (error) return { leads, message: "Leads cannot be searched just now." };
  return { leads, message: isFetching || q !== words ? "Searching for leads…" : `No lead matches “${words}”.` };
}
