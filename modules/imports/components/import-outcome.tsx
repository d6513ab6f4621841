"use client";

import { Download, Undo2 } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { DateTime } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { leadCount } from "@/modules/leads/components/lead-words";
import { planQuery } from "@/modules/leads/components/plan-queries";
import type { ImportView } from "../schemas";
import { FailedRows } from "./failed-rows";
import { ImportCounts, ResultCounts } from "./import-counts";
import { LeftAlone } from "./left-alone";
import { saveErrors, useImportSteps } from "./import-queries";
import { dedupeWords, rowCount } from "./import-words";

/** What a dry run found, before anything is written. */
export function ImportForecast({ one, onEdit }: { one: ImportView; onEdit: () => void }) {
  const { step } = useImportSteps(one.import_id);
  const { forecast } = one;
  const figure = useNumberWords();
  if (!forecast) return null;
  const writes = forecast.created + forecast.updated;
  return (
    <>
      <Card aria-labelledby="forecast">
        <CardHeader
          id="forecast"
          title="What will happen"
          meta={`${rowCount(one.total_rows ?? 0, figure)}; leads that are there: ${dedupeWords[one.options.dedupe].label.toLowerCase()}`}
        />
        <ImportCounts counts={forecast} />
      </Card>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button variant="ghost" disabled={!one.may_change} onClick={onEdit}>
          Change columns or options
        </Button>
        <Button
          variant="primary"
          busy={step.isPending}
          disabled={writes === 0 || !one.may_change}
          onClick={() => step.mutate("run")}
        >
          {writes === 0 ? "Nothing to import" : `Import ${rowCount(writes, figure)}`}
        </Button>
      </div>
      <Errors one={one} title="Rows that will not be imported" />
    </>
  );
}

/** What came of an import, and the way back. */
export function ImportResult({ one }: { one: ImportView }) {
  const { step } = useImportSteps(one.import_id);
  const figure = useNumberWords();
  const { result, undo } = one;
  if (!result) return null;
  const mayUndo = one.may_change && undo === null && result.created + result.updated > 0;
  return (
    <>
      <Ended one={one} />
      <Card aria-labelledby="result">
        <CardHeader
          id="result"
          title="What came of it"
          meta={
            <>
              {rowCount(one.total_rows ?? 0, figure)}
              {mayUndo && (
                <>
                  , can be undone until <DateTime at={one.expires_at} show="date" />
                </>
              )}
            </>
          }
          actions={
            mayUndo && (
              <Button size="sm" busy={step.isPending} onClick={() => step.mutate("undo")}>
                <Undo2 aria-hidden /> Undo the import
              </Button>
            )
          }
        />
        <ResultCounts result={result} />
      </Card>
      {one.assignment && undo === null && <Dealt one={one} assignment={one.assignment} />}
      {undo !== null && undo.left_alone > 0 && <LeftAlone one={one} count={undo.left_alone} />}
      <Errors one={one} title="Rows that were not imported" />
    </>
  );
}

function Ended({ one }: { one: ImportView }) {
  const { state, error, undo, result } = one;
  const figure = useNumberWords();
  if (undo) {
    const left =
      undo.left_alone > 0
        ? ` ${leadCount(undo.left_alone, figure)} ${undo.left_alone === 1 ? "was left as it is" : "were left as they are"}: see below.`
        : "";
    return (
      <Banner tone="info">
        Undone: {leadCount(undo.removed, figure)} removed, {leadCount(undo.set_back, figure)} set back.{left}
      </Banner>
    );
  }
  if (state === "failed") return <Failed one={one} detail={error?.detail ?? ""} />;
  if (state !== "cancelled") return null;
  return (
    <Banner tone="caution">
      Stopped. What was written stays; {rowCount(result?.not_reached ?? 0, figure)} were not reached. They stand in the
      file of errors, to be imported later.
    </Banner>
  );
}

function Failed({ one, detail }: { one: ImportView; detail: string }) {
  const { resume } = useImportSteps(one.import_id);
  const goOn = one.may_change && (
    <Button size="sm" busy={resume.isPending} onClick={() => resume.mutate()}>
      Go on
    </Button>
  );
  return (
    <Banner tone="danger" action={goOn}>
      {detail}
    </Banner>
  );
}

function Errors({ one, title }: { one: ImportView; title: string }) {
  if (one.errors_url === null) return null;
  return (
    <Card aria-labelledby="errors">
      <CardHeader
        id="errors"
        title={title}
        actions={
          <Button size="sm" onClick={() => saveErrors(one)}>
            <Download aria-hidden /> Save as CSV
          </Button>
        }
      />
      <FailedRows one={one} />
    </Card>
  );
}

/** How the new leads were dealt. */
function Dealt({ one, assignment }: { one: ImportView; assignment: NonNullable<ImportView["assignment"]> }) {
  const figure = useNumberWords();
  const plan = useQuery({
    ...planQuery(assignment.plan_id),
    enabled: assignment.error === null && (one.result?.created ?? 0) > 0,
  });
  if (assignment.error !== null) {
    return <Banner tone="caution">The new leads stay with nobody: {assignment.error}</Banner>;
  }
  if (!plan.data) return null;
  const { succeeded, processed } = plan.data.progress;
  const left = processed - succeeded;
  return (
    <Banner tone={left > 0 ? "caution" : "positive"}>
      {leadCount(succeeded, figure)} assigned.
      {left > 0 && ` ${leadCount(left, figure)} stay in the pool: no agent had room left.`}
    </Banner>
  );
}
