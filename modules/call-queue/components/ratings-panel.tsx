"use client";

import { useQuery } from "@tanstack/react-query";
import { Stat } from "@/components/ui/stat";
import { api } from "@/lib/client/api";
import { useIsStaff } from "@/lib/client/me";
import { readQueueRatings } from "../ratings.schemas";

const POLL_MS = 60_000;
const DAYS = 30;

/** What callers of this queue answered when they were asked how they found their call; managers see it. */
export function RatingsPanel({ queueId }: { queueId: string }) {
  const query = useQuery({
    queryKey: ["queue", "ratings", queueId],
    queryFn: ({ signal }) => api(readQueueRatings, { params: { queueId }, query: { days: DAYS }, signal }),
    refetchInterval: POLL_MS,
    enabled: useIsStaff(),
  });
  // It stands beside the line, which matters more: while it loads or fails, the line is shown alone.
  if (!query.data || query.data.rated === 0 || query.data.average === null) return null;
  const { asked, rated, average, scores } = query.data;
  const content = (scores[3] ?? 0) + (scores[4] ?? 0);
  return (
    <section aria-label="Ratings" className="border-t border-line" data-testid="ratings">
      <h3 className="px-4 pt-3 text-xs font-medium text-muted">Callers&apos; ratings, last {DAYS} days</h3>
      <dl className="grid grid-cols-2 sm:grid-cols-4">
        <Stat label="On average" value={average.toFixed(1)} unit="of 5" />
        <Stat label="4 or 5" value={`${Math.round((content / rated) * 100)} %`} detail={`${content} callers`} />
        <Stat label="1 or 2" value={`${Math.round((((scores[0] ?? 0) + (scores[1] ?? 0)) / rated) * 100)} %`} />
        <Stat label="Answered" value={`${Math.round((rated / asked) * 100)} %`} detail={`${rated} of ${asked} asked`} />
      </dl>
    </section>
  );
}
