"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff, ListOrdered } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { CallbackSection } from "./callback-section";
import { ChoiceSection } from "./choice-section";
import { ExitsSection } from "./exits-section";
import { LimitsSection } from "./limits-section";
import { MembersSection } from "./members-section";
import { OrderSection } from "./order-section";
import { OutboundSection } from "./outbound-section";
import { RecordingSection } from "./recording-section";
import { queuesQuery } from "./queue-queries";
import { SpeechSection } from "./speech-section";
import { TimesSection } from "./times-section";

/** One queue's settings, in the order in which a call meets them. */
export function QueueSettingsScreen({ queueId }: { queueId: string }) {
  const query = useQuery(queuesQuery);
  const failure = useFailure(query);
  const queues = query.data?.queues;
  const queue = queues?.find((one) => one.queueId === queueId);
  if (queues === undefined || queue === undefined) {
    return (
      <>
        <PageHeader title="Queue settings" />
        {query.isPending && failure === undefined && <Skeleton className="m-6 h-40" />}
        {failure !== undefined && (
          <EmptyState
            failing
            icon={<CloudOff />}
            title="The queue could not be read"
            actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {inWords(failure)}
          </EmptyState>
        )}
        {query.isSuccess && (
          <EmptyState icon={<ListOrdered />} title="This queue is not there any more">
            <Link href="/settings/queues" className="underline">
              All queues
            </Link>
          </EmptyState>
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={queue.name}
        actions={
          <Button asChild variant="ghost" size="sm">
            <Link href="/settings/queues">All queues</Link>
          </Button>
        }
      />
      <div className="grid items-start gap-4 p-4 pb-24 md:px-6 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          <OrderSection queue={queue} />
          <ChoiceSection queue={queue} />
          <MembersSection queue={queue} />
          <TimesSection queue={queue} />
        </div>
        <div className="grid min-w-0 gap-4">
          <LimitsSection queue={queue} />
          <SpeechSection queue={queue} />
          <RecordingSection queue={queue} />
          <ExitsSection queue={queue} queues={queues} />
          <CallbackSection queue={queue} />
          <OutboundSection queue={queue} />
        </div>
      </div>
    </>
  );
}
