"use client";

import { useQuery } from "@tanstack/react-query";
import { ListFilter, X } from "lucide-react";
import { useState, type ReactNode, type RefObject } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { useIsStaff, useMe } from "@/lib/client/me";
import { useShortcuts } from "@/lib/client/shortcuts";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { FilterBuilder } from "./filter/filter-builder";
import { FilterChips } from "./filter/filter-chips";
import { bothOf } from "./filter/filter-tree";
import { SearchBox } from "./filter/search-box";
import { isFiltered, type LeadFilters, searchOf, unfiltered } from "./lead-filters";
import { dispositionsQuery } from "./lead-queries";
import { priorities, priorityWords } from "./lead-words";

const ANY = "any";

/** A filter that is on stands out. */
const filterClass = (value: string | undefined): string =>
  cn(
    "w-auto max-w-44 min-w-18 max-sm:min-w-0 max-sm:flex-auto max-sm:gap-1 max-sm:px-2 pointer-coarse:text-sm",
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
  const me = useMe().email;
  const [building, setBuilding] = useState(false);
  useShortcuts({ f: () => setBuilding(true) }, true);
  return (
    <div
      role="search"
      aria-label="Leads"
      className="flex shrink-0 flex-col gap-2 border-b border-line px-4 py-2 md:px-6 print:hidden"
    >
      {/* One line wherever there is a desk's width: what is long is shortened, nothing is moved. */}
      <div className="flex items-center gap-2 max-xl:flex-wrap">
        <SearchBox
          q={filters.q}
          onChange={(q) => onChange({ q })}
          onFilter={(added) => onChange({ q: "", tree: bothOf(filters.tree, added) })}
          within={searchOf({ ...filters, q: "" }, me).filter}
          inputRef={searchRef}
          onLeave={onLeaveSearch}
        />
        <div className="flex min-w-0 gap-2 max-sm:order-last max-sm:w-full max-sm:gap-1.5">
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
            className={cn(filterClass(filters.priority), "shrink-0 max-sm:flex-none")}
            {...(filters.priority === undefined && { shown: "Priority" })}
            value={filters.priority ?? ANY}
            onChange={(value) => onChange({ priority: value === ANY ? undefined : value })}
            options={[
              { value: ANY, label: "Any priority" },
              ...priorities.map((value) => ({ value, label: priorityWords[value].label })),
            ]}
          />
          <AgentFilter agent={filters.agent} onChange={(agent) => onChange({ agent })} />
          <Button
            variant="ghost"
            className="shrink-0 text-muted max-sm:w-9 max-sm:px-0"
            onClick={() => setBuilding(true)}
          >
            <ListFilter aria-hidden /> <span className="max-sm:sr-only">Filter</span>
          </Button>
          {isFiltered(filters) && (
            <Button
              variant="ghost"
              className="shrink-0 text-muted max-2xl:w-8 max-2xl:px-0 max-sm:w-7"
              aria-label="Clear the filters"
              title="Clear the filters"
              onClick={() => onChange(unfiltered(filters))}
            >
              <X aria-hidden className="2xl:hidden" />
              <span className="max-2xl:hidden">Clear</span>
            </Button>
          )}
        </div>
        {children}
      </div>
      {filters.tree && (
        <FilterChips filter={filters.tree} onChange={(tree) => onChange({ tree })} onEdit={() => setBuilding(true)} />
      )}
      {building && (
        <FilterBuilder
          filter={filters.tree}
          beside={searchOf({ ...filters, tree: undefined }, me).filter}
          onClose={() => setBuilding(false)}
          onDone={(tree) => {
            setBuilding(false);
            onChange({ tree });
          }}
        />
      )}
    </div>
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
        ...(named ? [{ value: agent, label: agents.isLoading ? "…" : agent }] : []),
        ...people,
      ]}
    />
  );
}
