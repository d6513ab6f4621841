"use client";

import { useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useEffect, useState, type ReactNode, type RefObject } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { InputWithIcon } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { Select } from "@/components/ui/select";
import { useIsStaff } from "@/lib/client/me";
import { useDebounced } from "@/lib/client/use-debounced";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { isFiltered, type LeadFilters, unfiltered } from "./lead-filters";
import { dispositionsQuery } from "./lead-queries";
import { priorities, priorityWords } from "./lead-words";

const TYPING_MS = 220;
const ANY = "any";

/** A filter that is on stands out. */
const filterClass = (value: string | undefined): string =>
  cn(
    "w-auto max-w-44 max-sm:min-w-0 max-sm:flex-auto max-sm:gap-1 max-sm:px-2 pointer-coarse:text-sm",
    value !== undefined && "border-accent bg-accent-subtle text-accent-text dark:bg-accent-subtle",
  );

export interface LeadsToolbarProps {
  filters: LeadFilters;
  onChange: (change: Partial<LeadFilters>) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  /** From the search box down into the list. */
  onLeaveSearch: () => void;
  /** What stands at the right: the list's own tools. */
  children?: ReactNode;
}

/** Search and filters; all of them live in the address, so that a link shows the same list. */
export function LeadsToolbar({ filters, onChange, searchRef, onLeaveSearch, children }: LeadsToolbarProps) {
  const dispositions = useQuery(dispositionsQuery);
  return (
    <div
      role="search"
      aria-label="Leads"
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2 md:px-6"
    >
      <SearchBox
        key={filters.q === "" ? "empty" : "filled"}
        q={filters.q}
        onChange={(q) => onChange({ q })}
        inputRef={searchRef}
        onLeave={onLeaveSearch}
      />
      <div className="flex min-w-0 gap-2 max-sm:w-full max-sm:gap-1.5">
        <Select
          label="Disposition"
          className={filterClass(filters.disposition)}
          {...(filters.disposition === undefined && { shown: "Disposition" })}
          value={filters.disposition ?? ANY}
          onChange={(value) => onChange({ disposition: value === ANY ? undefined : value })}
          options={[
            { value: ANY, label: "Any disposition" },
            ...(dispositions.data ?? []).map(({ code, label }) => ({ value: code, label })),
          ]}
        />
        <Select
          label="Priority"
          className={filterClass(filters.priority)}
          {...(filters.priority === undefined && { shown: "Priority" })}
          value={filters.priority ?? ANY}
          onChange={(value) => onChange({ priority: value === ANY ? undefined : value })}
          options={[
            { value: ANY, label: "Any priority" },
            ...priorities.map((value) => ({ value, label: priorityWords[value].label })),
          ]}
        />
        <AgentFilter agent={filters.agent} onChange={(agent) => onChange({ agent })} />
        {filters.tree && (
          <Button variant="ghost" className="text-accent-text" onClick={() => onChange({ tree: undefined })}>
            More conditions <X aria-hidden />
          </Button>
        )}
        {isFiltered(filters) && (
          <Button
            variant="ghost"
            className="text-muted max-sm:w-7 max-sm:px-0"
            aria-label="Clear the filters"
            onClick={() => onChange(unfiltered(filters))}
          >
            <X aria-hidden className="sm:hidden" />
            <span className="max-sm:hidden">Clear</span>
          </Button>
        )}
      </div>
      {children}
    </div>
  );
}

interface SearchBoxProps {
  q: string;
  onChange: (q: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}

function SearchBox({ q, onChange, inputRef, onLeave }: SearchBoxProps) {
  const [words, setWords] = useState(q);
  const settled = useDebounced(words.trim(), TYPING_MS);
  useEffect(() => {
    if (settled !== q) onChange(settled);
    // Only typing moves the filter; a filter that was set elsewhere must not be typed over.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [settled]);
  return (
    <InputWithIcon
      ref={inputRef}
      type="search"
      icon={<Search />}
      aria-label="Search leads by name, e-mail or number"
      placeholder="Name, e-mail or number"
      value={words}
      onChange={(event) => setWords(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown" || event.key === "Enter") {
          event.preventDefault();
          onLeave();
        }
        if (event.key === "Escape" && words === "") onLeave();
      }}
      className="w-64 max-sm:w-full [&_input::-webkit-search-cancel-button]:hidden"
      trailing={
        words === "" ? (
          <Kbd keys={["/"]} className="mr-1 pointer-coarse:hidden" />
        ) : (
          <IconButton label="Empty the search" size="sm" tooltip={null} className="size-6" onClick={() => setWords("")}>
            <X />
          </IconButton>
        )
      }
    />
  );
}

function AgentFilter({
  agent,
  onChange,
}: {
  agent: string | undefined;
  onChange: (agent: string | undefined) => void;
}) {
  const isStaff = useIsStaff();
  const agents = useQuery({ ...agentsQuery, enabled: isStaff });
  const people = (agents.data?.agents ?? [])
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ agent_id, name }) => ({ value: agent_id, label: name }));
  const own = isStaff ? [] : [{ value: "me", label: "My leads" }];
  // A link may name an agent before the list of agents is here.
  const named = agent && !["me", "none"].includes(agent) && !people.some(({ value }) => value === agent);
  return (
    <Select
      label="Agent"
      className={filterClass(agent)}
      {...(agent === undefined && { shown: "Agent" })}
      value={agent ?? ANY}
      onChange={(value) => onChange(value === ANY ? undefined : value)}
      options={[
        { value: ANY, label: isStaff ? "Any agent" : "Mine and unassigned" },
        { value: "none", label: "Unassigned" },
        ...own,
        ...(named ? [{ value: agent, label: agent }] : []),
        ...people,
      ]}
    />
  );
}
