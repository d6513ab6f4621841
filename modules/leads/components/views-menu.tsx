"use client";

import { useQuery } from "@tanstack/react-query";
import { BellRing, Bookmark, Check, ChevronDown, Plus, Star, Trash2, Users } from "lucide-react";
import { useState } from "react";
import type { ColumnLayout } from "@/components/grid/column-layout";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/dropdown-menu";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useIsStaff } from "@/lib/client/me";
import { ProblemError } from "@/lib/client/problem";
import type { SavedSearch } from "../saved-searches.schemas";
import type { ListSearch } from "./lead-filters";
import { savedSearchesQuery, useSavedSearchActions } from "./saved-search-queries";
import { SearchAlertDialog } from "./search-alert-dialog";
import { keptLayout } from "./use-grid-layout";
import { ViewItems } from "./view-items";

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
  const [next, setNext] = useState<"name" | "alert">();
  const [dialog, setDialog] = useState<"name" | "alert">();
  const now = { filter: search.filter, sort: search.sort, layout: keptLayout(layout) };
  return (
    <>
      <DropdownMenu
        align="end"
        className="w-64"
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
      {dialog === "name" && <NameDialog now={now} onClose={() => setDialog(undefined)} onDone={onOpen} />}
      {dialog === "alert" && current && <SearchAlertDialog search={current} onClose={() => setDialog(undefined)} />}
    </>
  );
}

interface NameDialogProps {
  now: Pick<SavedSearch, "filter" | "sort" | "layout">;
  onClose: () => void;
  onDone: (view: SavedSearch) => void;
}

function NameDialog({ now, onClose, onDone }: NameDialogProps) {
  const { create } = useSavedSearchActions();
  const [name, setName] = useState("");
  const { error } = create;
  const problem = error instanceof ProblemError ? (error.field("name") ?? error.detail) : undefined;
  const save = () =>
    create.mutate(
      { name: name.trim(), ...now },
      {
        onSuccess: (view) => {
          onDone(view);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keep this as a view"
      description="Filter, order and columns, as they are now."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={name.trim() === ""} busy={create.isPending} onClick={save}>
            Keep
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") save();
        }}
      >
        <Field label="Name" error={problem}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
