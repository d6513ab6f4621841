"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { MissedRingsCard } from "@/modules/agents/components/missed-rings-card";
import { createQueue, type QueueSettingsView } from "../../queues.schemas";
import { CallerIdsCard } from "./caller-ids-card";
import { DoNotCallCard } from "./do-not-call-card";
import { HoursCard } from "./hours-card";
import { MenusCard } from "./menus-card";
import { NumbersCard } from "./numbers-card";
import { queuesQuery } from "./queue-queries";
import { RetentionCard } from "./retention-card";
import { strategyWords } from "./queue-words";
import { VipsCard } from "./vips-card";

/** The queues, the ways in, and who comes first. */
export function QueuesScreen() {
  const query = useQuery(queuesQuery);
  const failure = useFailure(query);
  if (failure !== undefined) {
    return (
      <EmptyState
        failing
        icon={<CloudOff />}
        title="The queues could not be read"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {inWords(failure)}
      </EmptyState>
    );
  }
  const queues = query.data?.queues;
  return (
    <div className="grid items-start gap-4 p-4 pb-24 md:px-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Card aria-labelledby="queues-title" className="min-w-0">
        <CardHeader id="queues-title" title="Queues" />
        {queues === undefined ? (
          <Skeleton className="m-4 h-24" />
        ) : (
          <ul className="divide-y divide-line">
            {queues.map((queue) => (
              <QueueRow key={queue.queueId} queue={queue} />
            ))}
          </ul>
        )}
        <NewQueue />
      </Card>
      <div className="grid min-w-0 gap-4">
        <NumbersCard queues={queues ?? []} />
        <MenusCard queues={queues ?? []} />
        <HoursCard />
        <VipsCard />
        <CallerIdsCard />
        <DoNotCallCard />
        <MissedRingsCard />
        <RetentionCard />
      </div>
    </div>
  );
}

function QueueRow({ queue }: { queue: QueueSettingsView }) {
  const agents = queue.members.length;
  return (
    <li data-testid="queue-setting" className="relative px-4 py-3 hover:bg-sunken">
      <Link
        href={`/settings/queues/${queue.queueId}`}
        className="text-sm font-medium after:absolute after:inset-0 hover:underline"
      >
        {queue.name}
      </Link>
      <p className="text-xs text-muted">
        {strategyWords[queue.strategy]} · {agents === 1 ? "1 agent" : `${agents} agents`} ·{" "}
        {queue.calendar === null ? "always open" : `open by ${queue.calendar}`} · nobody is overtaken by callers who
        come more than {Math.ceil(queue.longestOvertakingSeconds / 60)} min later
      </p>
    </li>
  );
}

function NewQueue() {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => api(createQueue, { body: { name: name.trim() } }),
    onSuccess: () => setName(""),
    onError: (error) => toastFailure("The queue was not made", inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: queuesQuery.queryKey }),
  });
  return (
    <form
      className="flex gap-2 border-t border-line px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") create.mutate();
      }}
    >
      <Input
        aria-label="Name of a new queue"
        placeholder="New queue"
        maxLength={80}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" busy={create.isPending} disabled={name.trim() === ""}>
        Make
      </Button>
    </form>
  );
}
