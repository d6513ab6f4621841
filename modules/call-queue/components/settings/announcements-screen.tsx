"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { ANNOUNCEMENT_GROUPS } from "../../domain/announcements/announcement-keys";
import { AnnouncementRow } from "./announcement-row";
import { groupWords, languageName } from "./announcement-words";
import { announcementsQuery } from "./queue-queries";
import { useReader } from "./use-reader";

/** What callers hear, of all queues or of one, language by language. */
export function AnnouncementsScreen({ queueId }: { queueId?: string }) {
  const [chosen, setChosen] = useState<string>();
  const query = useQuery(announcementsQuery(queueId, chosen));
  const failure = useFailure(query);
  const said = query.data;
  const reader = useReader(said?.language ?? "en");
  const back = queueId === undefined ? "/settings/queues" : `/settings/queues/${queueId}`;
  const title = said?.queue ? `What callers of ${said.queue.name} hear` : "What callers hear";
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <Button asChild variant="ghost" size="sm">
            <Link href={back}>{said?.queue?.name ?? (queueId === undefined ? "All queues" : "Queue")}</Link>
          </Button>
        }
      />
      <div className="grid max-w-4xl gap-4 p-4 pb-24 md:px-6">
        {query.isPending && failure === undefined && <Skeleton className="h-40" />}
        {failure !== undefined && (
          <EmptyState
            failing
            icon={<CloudOff />}
            title="The announcements could not be read"
            actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {inWords(failure)}
          </EmptyState>
        )}
        {said && (
          <>
            <div className="flex flex-wrap items-center gap-3">
              <Select
                label="Language"
                value={said.language}
                options={said.languages.map((value) => ({ value, label: languageName(value) }))}
                onChange={setChosen}
                className="w-48"
              />
              <p className="min-w-0 flex-1 basis-60 text-sm text-muted">
                {queueId === undefined
                  ? "For all queues that have no words of their own."
                  : "Where this queue has no words of its own, callers hear those of all queues."}
                {!reader.speaks && ` This browser has no voice to read ${languageName(said.language)} aloud.`}
              </p>
            </div>
            {ANNOUNCEMENT_GROUPS.map((group) => (
              <Card key={group} aria-labelledby={`texts-${group}`} className="min-w-0">
                <CardHeader id={`texts-${group}`} title={groupWords[group]} />
                <ul className="divide-y divide-line">
                  {said.announcements
                    .filter((one) => one.group === group)
                    .map((one) => (
                      <AnnouncementRow
                        key={`${said.language}:${one.key}`}
                        announcement={one}
                        language={said.language}
                        queueId={queueId}
                        reader={reader}
                      />
                    ))}
                </ul>
              </Card>
            ))}
          </>
        )}
      </div>
    </>
  );
}
