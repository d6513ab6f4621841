"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ListChecks, ServerCrash } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Select } from "@/components/ui/select";
import { SkeletonList } from "@/components/ui/skeleton";
import { usePollInterval } from "@/lib/client/live-state";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import type { JobFilter } from "../schemas";
import { jobsQuery } from "./background-queries";
import { JobRow } from "./job-row";

const POLL_MS = 5_000;
/** Failed jobs that the list counts. */
const MOST_COUNTED = 100;

/** Jobs of all kinds, the newest first, with how far each is and what went wrong. */
export function JobsCard() {
  const [filter, setFilter] = useState<JobFilter>("all");
  const query = useInfiniteQuery({ ...jobsQuery(filter), refetchInterval: usePollInterval(POLL_MS) });
  const figure = useNumberWords();
  const jobs = query.data?.pages.flatMap((page) => page.jobs) ?? [];
  const failed = query.data?.pages[0]?.failed ?? 0;
  return (
    <Card aria-labelledby="jobs-title" aria-busy={query.isPending} className="min-w-0">
      <CardHeader
        id="jobs-title"
        title="Jobs"
        meta={failed > 0 && `${figure(failed)}${failed >= MOST_COUNTED ? " or more" : ""} failed`}
        actions={
          <Select
            label="Which jobs"
            size="sm"
            value={filter}
            onChange={setFilter}
            options={[
              { value: "all", label: "All" },
              { value: "under_way", label: "Under way" },
              { value: "failed", label: "Failed" },
            ]}
            className="w-30"
          />
        }
      />
      {query.isPending && <SkeletonList />}
      {query.isError && query.data === undefined && (
        <EmptyState
          failing
          icon={<ServerCrash />}
          title="The jobs could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(query.error)}
        </EmptyState>
      )}
      {query.isSuccess && jobs.length === 0 && (
        <EmptyState icon={<ListChecks />} title={EMPTY[filter].title}>
          {EMPTY[filter].text}
        </EmptyState>
      )}
      {jobs.length > 0 && (
        <ul className="divide-y divide-line">
          {jobs.map((job) => (
            <JobRow key={`${job.kind} ${job.job_id}`} job={job} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="flex justify-center border-t border-line py-3">
          <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show earlier ones
          </Button>
        </div>
      )}
    </Card>
  );
}

const EMPTY: Readonly<Record<JobFilter, { title: string; text: string }>> = {
  all: {
    title: "Nothing yet",
    text: "Large bulk changes, imports and exports stand here with their progress, and messages that do not get through.",
  },
  under_way: { title: "Nothing under way", text: "Jobs stand here while they wait and while they are worked on." },
  failed: {
    title: "Nothing has failed",
    text: "A job that fails stands here with its reason, and can be tried again.",
  },
};
