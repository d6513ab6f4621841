"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useSearchParams } from "next/navigation";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { LeadFiles } from "@/modules/files/components/lead-files";
import { activityQuery } from "./lead-queries";
import { NoteComposer } from "./note-composer";
import { TimelineEntry } from "./timeline-entry";
import { TimelineFilter } from "./timeline-filter";
import { readKind, timelineKinds, writeKind } from "./timeline-kinds";

const POLL_MS = 10_000;

/** Everything that happened to a lead, newest first, and the place to write a note. */
export function LeadTimeline({ leadId, noteRef }: { leadId: string; noteRef: RefObject<HTMLTextAreaElement | null> }) {
  const params = useSearchParams();
  const kind = readKind(params);
  const types = kind && timelineKinds[kind].types.join(",");
  const activity = useInfiniteQuery({ ...activityQuery(leadId, types), refetchInterval: usePollInterval(POLL_MS) });
  const failure = useFailure(activity);
  const entries = activity.data?.pages.flatMap((page) => page.activities) ?? [];
  return (
    <section aria-labelledby="timeline-title" className="min-w-0 flex-1 md:overflow-y-auto print:overflow-visible">
      <div className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-5 pb-24 md:px-6 print:max-w-none print:pb-0">
        <h2 id="timeline-title" className="sr-only">
          Timeline
        </h2>
        <NoteComposer leadId={leadId} inputRef={noteRef} />
        <LeadFiles leadId={leadId} />
        <TimelineFilter
          value={kind}
          onChange={(next) => window.history.replaceState(null, "", `/leads/${leadId}${writeKind(params, next)}`)}
        />
        {activity.isPending && failure === undefined && <LoadingEntries />}
        {kind && activity.isSuccess && entries.length === 0 && (
          <p className="text-sm text-muted">Nothing of this kind has happened to this lead.</p>
        )}
        {failure !== undefined && (
          <EmptyState
            failing
            icon={<CloudOff />}
            title="The timeline could not be read"
            actions={<Button onClick={() => void activity.refetch()}>Try again</Button>}
          >
            {inWords(failure)}
          </EmptyState>
        )}
        <ol className="flex flex-col">
          {entries.map((entry) => (
            <TimelineEntry key={entry.activity_id} entry={entry} />
          ))}
        </ol>
        {activity.hasNextPage && (
          <Button
            className="self-center print:hidden"
            busy={activity.isFetchingNextPage}
            onClick={() => void activity.fetchNextPage()}
          >
            Show older
          </Button>
        )}
      </div>
    </section>
  );
}

function LoadingEntries() {
  return (
    <div role="status" aria-label="Loading the timeline" className="flex flex-col gap-5">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex items-center gap-3">
          <Skeleton className="size-6 rounded-full" />
          <Skeleton className="w-64" />
        </div>
      ))}
    </div>
  );
}
