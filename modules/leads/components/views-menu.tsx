"use client";

import { useQuery } from "@tanstack/react-query";
import { BellRing, Bookmark, Check, ChevronDown, PenLine, Plus, Star, Trash2, Users } from "lucide-react";
import { useState } from "react";
import type { ColumnLayout } from "@/components/grid/column-layout";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/dropdown-menu";
import { useIsStaff } from "@/lib/client/me";
import type { SavedSearch } from "../saved-searches.schemas";
import type { ListSearch } from "./lead-filters";
import { savedSearchesQuery, useSavedSearchActions } from "./saved-search-queries";
import { SearchAlertDialog } from "./search-alert-dialog";
import { keptLayout } from "./use-grid-layout";
import { ViewItems } from "./view-items";
import { ViewNameDialog } from "./view-name-dialog";

type Opened = "name" | "rename" | "alert";

export interface ViewsMenuProps {
  /** The one in use, by the page's address. */
  current: SavedSearch | undefined;
  search: ListSearch;
  layout: ColumnLayout;
  onOpen: (view: SavedSearch | undefined) => void;
}

/** Views of the leads under names: filter, order and columns together. */
export function ViewsMenu({ current, search, layout, onOpen }: ViewsMenuProps) {
  const { data: views = [] } = useQuery(savedSearchesQuery);
  const { change, remove, makeDefault } = useSavedSearchActions();
  const isStaff = useIsStaff();
  // A dialog opens once the menu has closed and given the focus back.
  const [next, setNext] = useState<Opened>();
  const [dialog, setDialog] = useState<Opened>();
  const close = () => setDialog(undefined);
  const now = { filter: search.filter, sort: search.sort, layout: keptLayout(layout) };
  return (
    <>
      <DropdownMenu
        align="end"
        className="w-72"
        onClosed={() => {
          setDialog(next);
          setNext(undefined);
        }}
        trigger={
          <Button variant="ghost" className="max-w-52 text-muted max-2xl:max-w-36">
            <Bookmark aria-hidden /> <span className="truncate max-lg:sr-only">{current?.name ?? "Views"}</span>
            <ChevronDown aria-hidden className="size-3.5!" />
          </Button>
        }
      >
        <MenuItem icon={current ? <span className="size-4" /> : <Check />} onSelect={() => onOpen(undefined)}>
          All leads
        </MenuItem>
        <ViewItems views={views} currentId={current?.saved_search_id} onOpen={onOpen} />
        <MenuSeparator />
        <MenuItem icon={<Plus />} onSelect={() => setNext("name")}>
          Keep this as a view
        </MenuItem>
        {current && (
          <>
            <MenuLabel>{current.name}</MenuLabel>
            {current.mine && (
              <>
                <MenuItem icon={<Check />} onSelect={() => change.mutate({ search: current, ...now })}>
                  Save filter and columns in it
                </MenuItem>
                <MenuItem icon={<PenLine />} onSelect={() => setNext("rename")}>
                  Rename
                </MenuItem>
                <MenuItem icon={<Users />} onSelect={() => change.mutate({ search: current, shared: !current.shared })}>
                  {current.shared ? "Share it no longer" : "Share with everybody"}
                </MenuItem>
                {isStaff && current.shared && (
                  <MenuItem icon={<BellRing />} onSelect={() => setNext("alert")}>
                    {current.alert ? "Change its alert" : "Alert managers of it"}
                  </MenuItem>
                )}
              </>
            )}
            <MenuItem icon={<Star />} onSelect={() => makeDefault.mutate(current.is_default ? null : current)}>
              {current.is_default ? "Begin with all leads" : "Begin with it"}
            </MenuItem>
            {current.mine && (
              <MenuItem
                icon={<Trash2 />}
                onSelect={() => {
                  remove.mutate(current);
                  onOpen(undefined);
                }}
              >
                Delete
              </MenuItem>
            )}
          </>
        )}
      </DropdownMenu>
      {dialog === "name" && <ViewNameDialog now={now} onClose={close} onDone={onOpen} />}
      {dialog === "rename" && current && <ViewNameDialog renamed={current} onClose={close} />}
      {dialog === "alert" && current && <SearchAlertDialog search={current} onClose={close} />}
    </>
  );
}
