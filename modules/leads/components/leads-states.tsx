"use client";

import { SearchX, UsersRound } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { isFiltered, type LeadFilters } from "./lead-filters";

/** A list with nothing in it: what to do, by whether a filter is the reason. */
export function NoLeads({ filters, onClear }: { filters: LeadFilters; onClear: () => void }) {
  if (isFiltered(filters)) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No lead matches"
        actions={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Try fewer filters, or another part of the name or number.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<UsersRound />} title="No leads yet">
      Make the first one with “New lead”, or press N.
    </EmptyState>
  );
}

/** The list before its first rows are here, in the shape it will have. */
export function LoadingGrid() {
  return (
    <div role="status" aria-label="Loading leads" className="md:pt-8">
      {Array.from({ length: 16 }, (_, row) => (
        <div key={row} className="flex h-16 items-center gap-8 border-b border-line px-5 md:h-8">
          <Skeleton className="w-36" />
          <Skeleton className="w-24 max-md:hidden" />
          <Skeleton className="w-20 max-md:hidden" />
          <Skeleton className="ml-auto w-24" />
        </div>
      ))}
    </div>
  );
}
