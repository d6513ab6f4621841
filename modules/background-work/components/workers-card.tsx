"use client";

import { StatusDot } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { NumberText, TimeAgo } from "@/components/ui/time";
import type { BackgroundState } from "../schemas";

interface Props {
  /** Undefined while it is read. */
  state: BackgroundState | undefined;
}

/** The worker processes that were heard of within a day. */
export function WorkersCard({ state }: Props) {
  return (
    <Card aria-labelledby="workers-title">
      <CardHeader id="workers-title" title="Workers" />
      {state === undefined && (
        <CardBody>
          <Skeleton className="h-10 w-full" />
        </CardBody>
      )}
      {state?.workers.length === 0 && (
        <CardBody className="text-sm text-muted">
          No worker was heard of within a day.
          {state.done_by === "cron" && " Cron routes do its work, at their own pace."}
        </CardBody>
      )}
      <ul className="divide-y divide-line">
        {state?.workers.map((worker) => (
          <li key={worker.worker_id} className="px-4 py-2.5 text-sm">
            <StatusDot tone={worker.alive ? "positive" : "neutral"} label={worker.alive ? "Alive" : "Gone"}>
              <span className="truncate font-medium">{worker.worker_id}</span>
            </StatusDot>
            <p className="pl-3.5 text-xs text-muted">
              {worker.alive ? "alive" : "gone, last heard"} <TimeAgo at={worker.last_heard_at} />
              {worker.started_at !== null && (
                <>
                  , began <TimeAgo at={worker.started_at} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What waits in the job library. */
export function QueuesCard({ state }: Props) {
  return (
    <Card aria-labelledby="queues-title">
      <CardHeader id="queues-title" title="Queues" meta="Wake-ups of the last hour" />
      {state === undefined ? (
        <CardBody>
          <Skeleton className="h-16 w-full" />
        </CardBody>
      ) : (
        <Table readOnly aria-labelledby="queues-title">
          <TableHead>
            <TableRow>
              <TableHeadCell>Kind</TableHeadCell>
              <TableHeadCell numeric>Wait</TableHeadCell>
              <TableHeadCell numeric>Active</TableHeadCell>
              <TableHeadCell numeric>Again</TableHeadCell>
              <TableHeadCell numeric>Failed</TableHeadCell>
            </TableRow>
          </TableHead>
          <tbody>
            {state.queues.map(({ kind, label, waiting, active, retrying, failed }) => (
              <TableRow key={kind}>
                <TableCell>{label}</TableCell>
                {[waiting, active, retrying, failed].map((count, place) => (
                  <TableCell key={place} className="text-right tabular-nums">
                    <NumberText value={count} />
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
