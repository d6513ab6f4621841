"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Phone, Search, UserRound, UsersRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { Kbd } from "@/components/ui/kbd";
import { api } from "@/lib/client/api";
import { useIsStaff, useMe } from "@/lib/client/me";
import { useDebounced } from "@/lib/client/use-debounced";
import { agentsQuery, type ListedAgent } from "@/modules/agents/components/agent-queries";
import { availabilityWords } from "@/modules/agents/components/presence-words";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { listLeads, type Lead } from "@/modules/leads/schemas";
import { useCallOut } from "@/modules/twilio-voice/components/use-call-out";
import { navFor } from "./nav";
import { usePaletteCommands } from "./palette-commands";
import { useShell } from "./shell-state";

const LEADS_SHOWN = 6;
const PEOPLE_SHOWN = 5;
const MIN_CHARACTERS = 2;
const TYPING_MS = 160;

const itemClass =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm select-none data-[selected=true]:bg-selected pointer-coarse:h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";
const groupClass =
  "px-1.5 pb-1.5 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

/** Ctrl+K: every page, every command, people, and any lead by name or number; a whole number can be called. */
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
  // Not deferred: Enter takes what stands first for the words typed so far.
  const shown = words.trim().toLowerCase();
  const found = useFoundLeads(words.trim());
  const people = useFoundPeople(shown);
  const { role, agentId } = useMe();
  const router = useRouter();
  const { call } = useCallOut();
  const dialled = agentId === undefined ? undefined : numberIn(words);
  const run = (action: () => void) => () => {
    close();
    action();
  };
  const matches = (...names: string[]) => names.some((name) => name.toLowerCase().includes(shown));
  const pages = navFor(role).filter((item) => matches(item.label, `go to ${item.label}`));
  const commands = usePaletteCommands().filter(({ label, also }) => matches(label, also));

  return (
    <Command shouldFilter={false} loop label="Search and commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <Command.Input
          value={words}
          onValueChange={setWords}
          placeholder="Find a lead, a person, a page, a command"
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
        {dialled !== undefined && (
          <Command.Group heading="Call" className={groupClass}>
            <Command.Item
              value={`call ${dialled}`}
              onSelect={run(() => void call({ number: dialled }))}
              className={itemClass}
            >
              <Phone aria-hidden />
              Call {formatPhone(dialled)}
            </Command.Item>
          </Command.Group>
        )}
        {people.length > 0 && (
          <Command.Group heading="People" className={groupClass}>
            {people.map((agent) => (
              <Command.Item
                key={agent.agent_id}
                value={`person ${agent.agent_id}`}
                onSelect={run(() => router.push(`/leads?agent=${encodeURIComponent(agent.agent_id)}`))}
                className={itemClass}
              >
                <UsersRound aria-hidden />
                <span className="truncate">Leads of {agent.name}</span>
                <span className="ml-auto text-xs text-muted tabular-nums">
                  {availabilityWords[agent.status].label}
                  {agent.capacity && `, ${agent.capacity.current} of ${agent.capacity.max}`}
                </span>
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

/** Agents whose name or e-mail has these words (managers). */
function useFoundPeople(words: string): ListedAgent[] {
  const agents = useQuery({ ...agentsQuery, enabled: useIsStaff() });
  if (words.length < MIN_CHARACTERS) return [];
  return (agents.data?.agents ?? [])
    .filter(({ name, agent_id }) => `${name} ${agent_id}`.toLowerCase().includes(words))
    .slice(0, PEOPLE_SHOWN);
}

/** A whole telephone number with its country, as somebody types or pastes it. */
function numberIn(words: string): string | undefined {
  const digits = words.replaceAll(/[\s().-]/g, "");
  return /^\+\d{8,15}$/.test(digits) ? digits : undefined;
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
