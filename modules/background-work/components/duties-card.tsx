"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { TimeAgo } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import type { BackgroundState, DutyView } from "../schemas";
import { dutyWords, everyWords, tookWords } from "./duty-words";

/** What is done again and again: when it was done last, how long it took, when it comes again, and what went wrong. */
export function DutiesCard({ state }: { state: BackgroundState | undefined }) {
  const figure = useNumberWords();
  const failing = state?.duties.filter(({ failures }) => failures > 0).length ?? 0;
  return (
    <Card aria-labelledby="duties-title">
      <CardHeader
        id="duties-title"
        title="Again and again"
        meta={failing > 0 ? `${figure(failing)} failing now` : "Sweeps and rounds, by workers and cron calls"}
      />
      {state === undefined && (
        <CardBody>
          <Skeleton className="h-40 w-full" />
        </CardBody>
      )}
      {state?.duties.length === 0 && <CardBody className="text-sm text-muted">Nothing has been done yet.</CardBody>}
      {state !== undefined && state.duties.length > 0 && (
        <Table readOnly aria-labelledby="duties-title">
          <TableHead>
            <TableRow>
              <TableHeadCell>What</TableHeadCell>
              <TableHeadCell className="max-sm:hidden">By</TableHeadCell>
              <TableHeadCell>Last</TableHeadCell>
              <TableHeadCell numeric className="max-sm:hidden">
                Took
              </TableHeadCell>
              <TableHeadCell className="max-sm:hidden">Comes</TableHeadCell>
              <TableHeadCell>Last error</TableHeadCell>
            </TableRow>
          </TableHead>
          <tbody>
            {state.duties.toSorted(byUrgency).map((duty) => (
              <DutyRow key={`${duty.name} ${duty.source}`} duty={duty} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** What needs a look first, then by name. */
const byUrgency = (a: DutyView, b: DutyView): number =>
  Math.sign(b.failures) - Math.sign(a.failures) ||
  Number(b.late) - Number(a.late) ||
  dutyWords(a.name).localeCompare(dutyWords(b.name));

function DutyRow({ duty }: { duty: DutyView }) {
  const figure = useNumberWords();
  return (
    <TableRow>
      <TableCell className="sm:min-w-52">{dutyWords(duty.name)}</TableCell>
      <TableCell className="text-muted max-sm:hidden" title={duty.runner}>
        {duty.source === "cron" ? "Cron call" : "Worker"}
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <TimeAgo at={duty.last_run_at} /> {duty.late && <Badge tone="caution">late</Badge>}
      </TableCell>
      <TableCell className="text-right whitespace-nowrap tabular-nums max-sm:hidden">
        {tookWords(duty.took_ms, figure)}
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted max-sm:hidden">
        {duty.interval_ms === null ? "when called" : everyWords(duty.interval_ms, figure)}
        {duty.next_run_at !== null && !duty.late && (duty.interval_ms ?? 0) >= NEXT_MS && (
          <>
            , next <TimeAgo at={duty.next_run_at} />
          </>
        )}
      </TableCell>
      <TableCell className="max-sm:max-w-40 sm:min-w-60">
        {duty.error === null ? (
          <span className="text-muted">none</span>
        ) : (
          <details>
            <summary className="cursor-pointer">
              {duty.failures > 0 ? (
                <Badge tone="danger">failing, {figure(duty.failures)} in a row</Badge>
              ) : (
                <span className="text-muted">
                  {duty.failed_at === null ? "once" : <TimeAgo at={duty.failed_at} />}, well again
                </span>
              )}
            </summary>
            <pre
              tabIndex={0}
              aria-label={`What went wrong with ${dutyWords(duty.name)}`}
              className="mt-1 max-h-48 max-w-lg overflow-auto rounded-md bg-sunken p-2 font-mono text-xs"
            >
              {duty.error}
            </pre>
          </details>
        )}
      </TableCell>
    </TableRow>
  );
}

/** Milliseconds between rounds below which "next" would only flicker. */
const NEXT_MS = 30_000;
