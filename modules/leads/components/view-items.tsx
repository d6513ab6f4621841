"use client";

import { useQuery } from "@tanstack/react-query";
import { BellRing, Check, Star, Users } from "lucide-react";
import { MenuItem } from "@/components/ui/dropdown-menu";
import { NumberText } from "@/components/ui/time";
import type { SavedSearch } from "../saved-searches.schemas";
import { searchCountsQuery } from "./saved-search-queries";

interface ViewItemsProps {
  views: readonly SavedSearch[];
  currentId: string | undefined;
  onOpen: (view: SavedSearch) => void;
}

/** The views by name, each with how many leads it finds: counted while the menu is open, and it does not wait for that. */
export function ViewItems({ views, currentId, onOpen }: ViewItemsProps) {
  const { data: counts } = useQuery(searchCountsQuery(views));
  return views.map((view) => {
    const counted = counts?.get(view.saved_search_id);
    return (
      <MenuItem
        key={view.saved_search_id}
        icon={view.saved_search_id === currentId ? <Check /> : <span className="size-4" />}
        onSelect={() => onOpen(view)}
      >
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">{view.name}</span>
          {view.is_default && <Star aria-label="Your list begins with it" className="size-3.5! text-muted" />}
          {view.shared && <Users aria-label="Shared" className="size-3.5! text-muted" />}
          {view.alert && <BellRing aria-label="With an alert" className="size-3.5! text-muted" />}
          {counted && counted.count !== null && (
            <span className="ml-auto shrink-0 pl-2 text-xs text-muted tabular-nums">
              {counted.is_estimate && "about "}
              <NumberText value={counted.count} />
              <span className="sr-only"> leads</span>
            </span>
          )}
        </span>
      </MenuItem>
    );
  });
}
