"use client";

import { ChevronDown, FileDown, UserRoundCheck, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DatePanel } from "@/components/ui/date-panel";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { Popover } from "@/components/ui/popover";
import { NumberText } from "@/components/ui/time";
import { dateWords } from "@/lib/calendar-date";
import { useLocale, useNumberWords } from "@/lib/client/locale";
import { ExportDialog } from "@/modules/exports/components/export-dialog";
import { BulkAssignDialog } from "./bulk-assign-dialog";
import { dateProblem } from "./cell-values";
import { BulkResultDialog, type BulkResult } from "./bulk-result-dialog";
import type { ListSearch } from "./lead-filters";
import { leadCount, priorities, priorityWords } from "./lead-words";
import { PlanDialog } from "./plan-dialog";
import type { NewPlan } from "./plan-queries";
import { type Updates, useBulkUpdate } from "./use-bulk-update";
import type { Selection } from "./use-selection";

export interface BulkBarProps {
  selection: Selection;
  total: number;
  isEstimate: boolean;
  /** What the list shows: what is meant when everything that matches is selected. */
  search: ListSearch;
  dispositions: readonly { code: string; label: string }[];
}

/** What can be done with the selected leads. Says how many they are, and of how many. */
export function BulkBar({ selection, total, isEstimate, search, dispositions }: BulkBarProps) {
  const [result, setResult] = useState<BulkResult>();
  const { update, busy } = useBulkUpdate(setResult);
  const [plan, setPlan] = useState<{ title: string; saying: string; request: NewPlan }>();
  const [assigning, setAssigning] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [dating, setDating] = useState(false);
  const { locale } = useLocale();
  const figure = useNumberWords();
  const chosen = [...selection.leads.values()];
  const { all } = selection;
  const matching = `${isEstimate ? "about " : ""}${figure(total)}`;
  const allWords = `${matching} ${total === 1 ? "lead" : "leads"}`;
  const change = (updates: Updates, saying: string) => {
    if (all) setPlan({ title: `Change ${allWords}`, saying, request: { kind: "update", search, updates } });
    else update(chosen, updates, saying);
  };
  return (
    <>
      {(chosen.length > 0 || all) && (
        <div
          role="region"
          aria-label="Selected leads"
          // Keeps the focus when the button that had it has done its work.
          tabIndex={-1}
          className="absolute inset-x-3 bottom-4 z-20 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] animate-rise flex-wrap items-center gap-1 rounded-xl bg-raised p-1.5 pl-4 shadow-pop max-sm:pl-1.5"
        >
          <span role="status" className="mr-2 text-sm max-sm:pl-2">
            {all ? (
              <>
                <span className="font-semibold tabular-nums">All {matching}</span>{" "}
                <span className="text-muted">that match</span>
              </>
            ) : (
              <>
                <span className="font-semibold tabular-nums">
                  <NumberText value={chosen.length} />
                </span>{" "}
                <span className="text-muted">of {matching} selected</span>
              </>
            )}
          </span>
          {!all && chosen.length < total && (
            <Button
              variant="ghost"
              size="sm"
              className="text-accent-text max-sm:ml-auto pointer-coarse:h-9"
              onClick={selection.setAll}
            >
              <span>
                Select all {matching}
                <span className="max-sm:sr-only"> that match</span>
              </span>
            </Button>
          )}
          {/* On a phone, what is selected stands above what can be done with it. */}
          <span aria-hidden className="w-full sm:hidden" />
          <Button variant="primary" size="sm" className="pointer-coarse:h-9" onClick={() => setAssigning(true)}>
            <UserRoundCheck aria-hidden /> Assign
          </Button>
          <DropdownMenu side="top" trigger={<MenuButton busy={busy}>Disposition</MenuButton>}>
            {dispositions.map(({ code, label }) => (
              <MenuItem key={code} onSelect={() => change({ disposition: code }, `Disposition: ${label}`)}>
                {label}
              </MenuItem>
            ))}
          </DropdownMenu>
          <DropdownMenu side="top" trigger={<MenuButton busy={busy}>Priority</MenuButton>}>
            {priorities.map((priority) => (
              <MenuItem
                key={priority}
                onSelect={() => change({ priority }, `Priority: ${priorityWords[priority].label}`)}
              >
                {priorityWords[priority].label}
              </MenuItem>
            ))}
          </DropdownMenu>
          <Popover
            side="top"
            label="Follow-up"
            className="w-auto"
            open={dating}
            onOpenChange={setDating}
            trigger={<MenuButton busy={busy}>Follow-up</MenuButton>}
          >
            <DatePanel
              label="Follow-up"
              value={undefined}
              check={dateProblem}
              onPick={(date) => {
                setDating(false);
                const words = date === null ? "none" : dateWords(date, locale, { dateStyle: "medium" });
                change({ follow_up_on: date }, `Follow-up: ${words}`);
              }}
            />
          </Popover>
          <IconButton label="Export" size="sm" className="pointer-coarse:h-9" onClick={() => setExporting(true)}>
            <FileDown />
          </IconButton>
          <IconButton
            label="Clear the selection"
            keys={["Esc"]}
            size="sm"
            className="text-muted max-sm:ml-auto pointer-coarse:h-9"
            onClick={selection.clear}
          >
            <X />
          </IconButton>
        </div>
      )}
      {assigning && (
        <BulkAssignDialog
          chosen={all ? { search } : { lead_ids: chosen.map(({ lead_id }) => lead_id) }}
          total={all ? total : chosen.length}
          onClose={() => setAssigning(false)}
          onPlan={(request, saying) => {
            setAssigning(false);
            setPlan({ title: `Assign ${all ? allWords : leadCount(chosen.length, figure)}`, saying, request });
          }}
        />
      )}
      {plan && (
        <PlanDialog
          title={plan.title}
          saying={plan.saying}
          request={plan.request}
          onClose={() => {
            setPlan(undefined);
            selection.clear();
          }}
        />
      )}
      {exporting && (
        <ExportDialog
          selection={all ? { search } : { lead_ids: chosen.map(({ lead_id }) => lead_id) }}
          saying={all ? `All ${matching} that match` : `${figure(chosen.length)} selected`}
          onClose={() => setExporting(false)}
        />
      )}
      <BulkResultDialog result={result} onClose={() => setResult(undefined)} />
    </>
  );
}

function MenuButton({ children, busy, ...rest }: React.ComponentProps<typeof Button>) {
  return (
    <Button {...rest} variant="ghost" size="sm" className="pointer-coarse:h-9" busy={busy ?? false}>
      {children} <ChevronDown aria-hidden className="text-muted" />
    </Button>
  );
}
