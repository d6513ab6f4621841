"use client";

import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "@/components/ui/skeleton";
import { DateTime } from "@/components/ui/time";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { JobView } from "../schemas";
import { jobQuery } from "./background-queries";

/** Each time that a job failed or its process died, the latest first; with the whole error for admins. */
export function JobFailures({ id, job }: { id: string; job: JobView }) {
  const { data, isPending, error } = useQuery(jobQuery(job));
  const isAdmin = useMe().role === "admin";
  return (
    <div id={id} className="pt-1 text-sm">
      {isPending && <Skeleton className="h-5 w-64" />}
      {error && <p className="text-danger-text">{inWords(error)}</p>}
      {data?.failures.length === 0 && <p className="text-muted">Nothing has gone wrong with it.</p>}
      <ol className="flex flex-col gap-2">
        {data?.failures.map((failure) => (
          <li key={failure.at}>
            <p>
              <DateTime at={failure.at} className="text-muted tabular-nums" /> {failure.reason}
            </p>
            <p className="text-xs break-all text-muted">
              {failure.code}, {failure.runner}
            </p>
            {failure.error !== null && (
              <pre
                // Long lines are read by scrolling, with keys too.
                tabIndex={0}
                aria-label="The whole error"
                className="mt-1 max-h-64 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs"
              >
                {failure.error}
              </pre>
            )}
            {failure.error === null && !isAdmin && failure.code !== "interrupted" && (
              <p className="text-xs text-muted">Admins see the whole error here.</p>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
