"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ServerCrash } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords, ProblemError } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { readCall, type CallRecord } from "../schemas";
import { CallbackButton } from "./callback-button";
import { CallEvents } from "./call-events";
import { CallFacts } from "./call-facts";
import { CallOffers } from "./call-offers";
import { CallSounds } from "./call-sounds";
import { stateWords } from "./call-words";
import { formatPhone } from "./phone-number";

const POLL_MS = 5_000;

/** One call with everything that happened to it. */
export function CallDetail({ callId }: { callId: string }) {
  const query = useQuery({
    queryKey: ["call", callId],
    queryFn: ({ signal }) => api(readCall, { params: { callId }, signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const call = query.data;
  const state = call?.state ? stateWords[call.state] : undefined;
  return (
    <>
      <PageHeader
        leading={
          <Link href="/calls" aria-label="All calls" className="-ml-1 rounded-md p-1 text-muted hover:bg-hover">
            <ArrowLeft aria-hidden className="size-4" />
          </Link>
        }
        title={call === undefined ? "Call" : (call.lead?.name ?? formatPhone(otherNumber(call)))}
        {...(call && isDialable(call) && { actions: <CallbackButton {...whom(call)} /> })}
        {...(state && { meta: <Badge tone={state.tone}>{state.label}</Badge> })}
      />
      {failure !== undefined ? (
        <EmptyState
          failing
          icon={<ServerCrash />}
          title={isMissing(failure) ? "There is no such call" : "The call could not be loaded"}
          actions={
            isMissing(failure) ? (
              <Button asChild>
                <Link href="/calls">All calls</Link>
              </Button>
            ) : (
              <Button onClick={() => void query.refetch()}>Try again</Button>
            )
          }
        >
          {isMissing(failure) ? "It may be another agent's." : inWords(failure)}
        </EmptyState>
      ) : (
        <div className="grid gap-4 p-4 pb-24 md:px-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:items-start">
          <Card aria-label="Facts">{call === undefined ? <Loading /> : <CallFacts call={call} />}</Card>
          <div className="flex flex-col gap-4">
            {call !== undefined && call.recordings.length + call.voicemails.length > 0 && (
              <Card aria-labelledby="call-sounds">
                <CardHeader id="call-sounds" title="To hear" meta="Listening is written down" />
                <CallSounds call={call} />
              </Card>
            )}
            <Card aria-labelledby="call-events">
              <CardHeader id="call-events" title="What happened" />
              {call === undefined ? <Loading /> : <CallEvents call={call} />}
            </Card>
            {call !== undefined && call.offers.length > 0 && (
              <Card aria-labelledby="call-offers">
                <CardHeader id="call-offers" title="Offers" meta={`${call.offers.length} tried`} />
                <CallOffers offers={call.offers} />
              </Card>
            )}
          </div>
        </div>
      )}
    </>
  );
}

const otherNumber = (call: CallRecord): string => (call.direction === "inbound" ? call.from : call.to);
const isDialable = (call: CallRecord): boolean => call.lead !== null || otherNumber(call).startsWith("+");
const whom = (call: CallRecord) =>
  call.lead === null
    ? { number: otherNumber(call), name: formatPhone(otherNumber(call)) }
    : { leadId: call.lead.leadId, number: otherNumber(call), name: call.lead.name };

const isMissing = (error: unknown): boolean =>
  error instanceof ProblemError && (error.status === 404 || error.status === 403);

function Loading() {
  return (
    <CardBody className="flex flex-col gap-4" aria-label="Loading" aria-busy>
      {["w-1/2", "w-3/4", "w-2/3", "w-1/3"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </CardBody>
  );
}
