"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CloudOff, PhoneMissed } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonList } from "@/components/ui/skeleton";
import { clockText, TimeAgo } from "@/components/ui/time";
import { toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { CallBackButton } from "@/modules/twilio-voice/components/call-back-button";
import { followUpAbandoned, listAbandoned, reopenAbandoned, type AbandonedView } from "../records.schemas";
import { CallbackButton } from "./callback-button";
import { CallsNav } from "./calls-nav";
import { formatPhone, PhoneNumber } from "./phone-number";

const POLL_MS = 15_000;

/** Callers who hung up before anybody took their call, each number once. */
export function AbandonedList() {
  const query = useQuery({
    queryKey: ["call", "abandoned"],
    queryFn: ({ signal }) => api(listAbandoned, { signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const callers = query.data?.callers ?? [];
  return (
    <>
      <PageHeader title="Hung up" {...(callers.length > 0 && { meta: `${callers.length} to call back` })} />
      <CallsNav current="/calls/abandoned" />
      {query.isPending && failure === undefined && <SkeletonList />}
      {failure !== undefined && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The list could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
        </EmptyState>
      )}
      {query.isSuccess && callers.length === 0 && (
        <EmptyState icon={<PhoneMissed />} title="Nobody to call back">
          Callers who hang up while they wait stand here for two weeks, or until somebody has spoken with them.
        </EmptyState>
      )}
      <ul className="divide-y divide-line pb-24">
        {callers.map((caller) => (
          <Caller key={caller.number} caller={caller} />
        ))}
      </ul>
    </>
  );
}

function Caller({ caller }: { caller: AbandonedView }) {
  const queries = useQueryClient();
  const { lead, number } = caller;
  const name = lead?.name ?? formatPhone(number);
  const whom = { number, name, ...(lead === null ? {} : { leadId: lead.leadId }) };
  const params = { callId: caller.callId };
  const onSettled = () => queries.invalidateQueries({ queryKey: ["call"] });
  const again = useMutation({
    mutationFn: () => api(reopenAbandoned, { params }),
    onError: (error) => toastFailure(`${name} is still off the list`, inWords(error)),
    onSettled,
  });
  const done = useMutation({
    mutationFn: () => api(followUpAbandoned, { params }),
    onSuccess: () => toastUndo(`${name} is done`, () => again.mutate()),
    onError: (error) => toastFailure(inWords(error)),
    onSettled,
  });
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 text-sm md:px-6"
      data-testid="abandoned-caller"
    >
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-2">
          <Link
            href={lead === null ? `/calls/${caller.callId}` : `/leads/${lead.leadId}`}
            className="font-medium hover:underline"
          >
            {lead?.name ?? <PhoneNumber number={number} />}
          </Link>
          {lead !== null && <PhoneNumber number={number} className="text-muted" />}
          {caller.times > 1 && <Badge tone="caution">{caller.times} times</Badge>}
        </p>
        <p className="text-xs text-muted">
          {caller.queueName} · waited {clockText(caller.waitedSeconds)} · <TimeAgo at={caller.at} />
        </p>
      </div>
      <CallBackButton {...whom} />
      <CallbackButton {...whom} size="sm" />
      <Button size="sm" busy={done.isPending} onClick={() => done.mutate()}>
        Done
      </Button>
    </li>
  );
}
