"use client";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Meter } from "@/components/ui/meter";
import { useNumberWords } from "@/lib/client/locale";
import type { ImportView } from "../schemas";
import { ImportCounts } from "./import-counts";
import { useImportSteps } from "./import-queries";
import { progressText, waitingText } from "./import-words";

const DOING = { check: "Checking the rows", run: "Importing", undo: "Taking the import back" } as const;
const GOES_ON = {
  check: "Nothing is written. You can leave this page; the check goes on.",
  run: "You can leave this page; it goes on. What is written stays, also when you stop it.",
  undo: "You can leave this page; it goes on until all of it is taken back.",
} as const;

export interface ImportProgressProps {
  one: ImportView;
  progress: NonNullable<ImportView["progress"]>;
}

/** An import under way, or in line behind others: how far it is, and how to stop it. */
export function ImportProgress({ one, progress }: ImportProgressProps) {
  const { step } = useImportSteps(one.import_id);
  const figure = useNumberWords();
  const { phase, processed, total } = progress;
  const text = progressText(progress, figure);
  const stopping = step.isPending || one.cancel_requested;
  return (
    <Card aria-label="Progress" className="flex flex-col gap-3 p-5">
      <div className="flex min-h-7 items-center gap-3">
        <h2 className="text-sm font-semibold">{DOING[phase]}</h2>
        {phase !== "undo" && one.may_change && (
          <Button size="sm" className="ml-auto" busy={stopping} onClick={() => step.mutate("cancel")}>
            {stopping ? "Stopping" : "Stop"}
          </Button>
        )}
      </div>
      {total !== null && <Meter value={processed} max={total} label="Progress" valueText={text} />}
      <p role="status" className="text-sm tabular-nums">
        {waitingText(progress, figure) ?? text}
      </p>
      <p className="text-xs text-muted">{GOES_ON[phase]}</p>
      {phase === "run" && one.result && (
        <div className="-mx-5 -mb-5 border-t border-line">
          <ImportCounts counts={one.result} />
        </div>
      )}
    </Card>
  );
}
