"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { allLeaves, type LeadFilter } from "../../domain/lead-filter";
import { freshLeaf } from "./filter-fields";
import { FilterGroup, problemOf } from "./filter-group";
import { added, changed, filterOf, groupOf, rejoined } from "./filter-tree";
import { useFilterCount } from "./use-filter-count";
import { useFilterWorld } from "./use-filter-world";

export interface FilterBuilderProps {
  filter: LeadFilter | undefined;
  /** What else narrows the list down: counted with the draft. */
  beside: LeadFilter;
  onClose: () => void;
  onDone: (filter: LeadFilter | undefined) => void;
}

const EMPTY: LeadFilter = { and: [] };

/** Conditions in groups, and how many leads they find while they are being written. */
export function FilterBuilder({ filter, beside, onClose, onDone }: FilterBuilderProps) {
  const world = useFilterWorld();
  const [draft, setDraft] = useState<LeadFilter>(() =>
    filter ? filterOf(groupOf(filter)) : { and: [freshLeaf("priority", world.today)] },
  );
  const leaves = allLeaves(draft);
  const sound = leaves.every((leaf) => problemOf(leaf) === undefined);
  const count = useFilterCount(sound ? { and: [draft, beside] } : undefined);
  const done = () => onDone(leaves.length > 0 ? draft : undefined);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title="Filter"
      footer={
        <>
          <span role="status" className="mr-auto text-xs text-muted tabular-nums">
            {count}
          </span>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={!sound} onClick={done}>
            {leaves.length > 0 ? "Show them" : "Show all leads"}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (sound) done();
        }}
      >
        <FilterGroup
          filter={draft}
          path={[]}
          world={world}
          change={(path, part) => setDraft((now) => changed(now, path, () => part) ?? EMPTY)}
          add={(path, part) => setDraft((now) => added(now, path, part))}
          rejoin={(path, joint) => setDraft((now) => rejoined(now, path, joint))}
        />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
