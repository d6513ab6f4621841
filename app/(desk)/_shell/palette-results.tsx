"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Phone, UserRound, UsersRound } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
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

const LEADS_SHOWN = 6;
const PEOPLE_SHOWN = 5;
const MIN_CHARACTERS = 2;
const TYPING_MS = 160;

export interface PaletteEntry {
  /** Tells it from all others. */
  value: string;
  icon: ReactNode;
  content: ReactNode;
  action: () => void;
}

interface NamedEntry extends PaletteEntry {
  label: string;
  /** Other words that find it. */
  also: string;
}

export interface PaletteGroup {
  heading: string;
  entries: readonly PaletteEntry[];
}

export interface PaletteResults {
  /** The best first. */
  groups: readonly PaletteGroup[];
  /** What there is to say when no lead is found, or none yet. */
  message: string | undefined;
}

/**
 * What these words find. Pages and commands whose names begin with them stand first, and are here at once; then leads,
 * which are searched for, and people; then whatever else has the words in its name.
 */
export function usePaletteResults(words: string): PaletteResults {
  const shown = words.trim().toLowerCase();
  const found = useFoundLeads(words.trim());
  const people = useFoundPeople(shown);
  const { role, agentId } = useMe();
  const router = useRouter();
  const { call } = useCallOut();
  const number = agentId === undefined ? undefined : numberIn(words);
  const pages = navFor(role).map((item) => pageEntry(item, () => router.push(item.href)));
  const commands = usePaletteCommands().map(({ icon, label, also, action }) => ({
    ...{ value: label, label, also, icon, action },
    content: label,
  }));
  const named = [
    { heading: "Pages", ...matching(pages, shown) },
    { heading: "Commands", ...matching(commands, shown) },
  ];
  const groups = [
    ...named.filter(({ begins }) => begins),
    { heading: "Leads", entries: found.leads.map((lead) => leadEntry(lead, (path) => router.push(path))) },
    { heading: "Call", entries: number === undefined ? [] : [callEntry(number, () => void call({ number }))] },
    { heading: "People", entries: people.map((agent) => personEntry(agent, (path) => router.push(path))) },
    ...named.filter(({ begins }) => !begins),
  ];
  return { groups: groups.filter(({ entries }) => entries.length > 0), message: found.message };
}

/** The entries whose names have these words, those that begin with them first. */
function matching(all: readonly NamedEntry[], words: string): { entries: readonly NamedEntry[]; begins: boolean } {
  const begins = ({ label }: NamedEntry) => label.toLowerCase().startsWith(words);
  const entries = all
    .filter(({ label, also }) => [label, also].some((name) => name.toLowerCase().includes(words)))
    .toSorted((one, other) => Number(begins(other)) - Number(begins(one)));
  return { entries, begins: entries.some(begins) };
}

function pageEntry({ href, label, key, Icon }: ReturnType<typeof navFor>[number], action: () => void): NamedEntry {
  const content = (
    <>
      <span className="flex-1">{label}</span>
      <Kbd keys={["G", key.toUpperCase()]} />
    </>
  );
  return { value: href, label, also: `go to ${label}`, icon: <Icon aria-hidden />, content, action };
}

function leadEntry({ lead_id, name, phone, assigned_agent_name }: Lead, go: (path: string) => void): PaletteEntry {
  const content = (
    <>
      <span className="truncate">{name}</span>
      <span className="text-muted">{formatPhone(phone)}</span>
      <span className="ml-auto truncate text-xs text-muted">{assigned_agent_name ?? "Unassigned"}</span>
    </>
  );
  return { value: lead_id, icon: <UserRound aria-hidden />, content, action: () => go(`/leads/${lead_id}`) };
}

const callEntry = (number: string, action: () => void): PaletteEntry => ({
  ...{ value: `call ${number}`, icon: <Phone aria-hidden />, action },
  content: `Call ${formatPhone(number)}`,
});

function personEntry({ agent_id, name, status, capacity }: ListedAgent, go: (path: string) => void): PaletteEntry {
  const content = (
    <>
      <span className="truncate">Leads of {name}</span>
      <span className="ml-auto text-xs text-muted tabular-nums">
        {availabilityWords[status].label}
        {capacity && `, ${capacity.current} of ${capacity.max}`}
      </span>
    </>
  );
  const action = () => go(`/leads?agent=${encodeURIComponent(agent_id)}`);
  return { value: `person ${agent_id}`, icon: <UsersRound aria-hidden />, content, action };
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
