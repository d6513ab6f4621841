"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { CloudOff, Inbox } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { SkeletonList } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { CallBackButton } from "@/modules/twilio-voice/components/call-back-button";
import { changeVoicemail, listVoicemails, type VoicemailView } from "../records.schemas";
import { AgentFilter } from "./agent-filter";
import { CallbackButton } from "./callback-button";
import { CallsNav } from "./calls-nav";
import { formatPhone, PhoneNumber } from "./phone-number";
import { SoundPlayer } from "./sound-player";
import { Transcription } from "./transcription";

const POLL_MS = 15_000;
const STATES = [
  { value: "open", label: "To do" },
  { value: "unheard", label: "Not heard yet" },
  { value: "done", label: "Done" },
] as const;

/** Messages that callers left: to hear, to give to somebody, to call back. */
export function MessageList() {
  const [state, setState] = useState<(typeof STATES)[number]["value"]>("open");
  const query = useInfiniteQuery({
    queryKey: ["call", "voicemails", state],
    queryFn: ({ signal, pageParam }) => api(listVoicemails, { query: { state, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const messages = query.data?.pages.flatMap((page) => page.voicemails) ?? [];
  return (
    <>
      <PageHeader
        title="Messages"
        actions={<Select label="Which" size="sm" value={state} onChange={setState} options={STATES} className="w-36" />}
      />
      <CallsNav current="/calls/messages" />
      {query.isPending && failure === undefined && <SkeletonList />}
      {failure !== undefined && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The messages could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
        </EmptyState>
      )}
      {query.isSuccess && messages.length === 0 && (
        <EmptyState icon={<Inbox />} title={state === "done" ? "Nothing done yet" : "No message waits"}>
          When a caller leaves a message, it stands here until somebody has seen to it.
        </EmptyState>
      )}
      <ul className="divide-y divide-line pb-24">
        {messages.map((message) => (
          <Message key={message.voicemailId} message={message} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mx-auto mb-24" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Message({ message }: { message: VoicemailView }) {
  const staff = useIsStaff();
  const queries = useQueryClient();
  const { lead, from, doneAt, agent } = message;
  const name = lead?.name ?? formatPhone(from);
  const whom = { number: from, name, ...(lead === null ? {} : { leadId: lead.leadId }) };
  const change = useMutation({
    mutationFn: (body: { done?: boolean; agent?: string | null }) =>
      api(changeVoicemail, { params: { voicemailId: message.voicemailId }, body }),
    // The message leaves the list that is shown: the way back is offered where it went.
    onSuccess: (_changed, { done }) => {
      if (done !== undefined) {
        toastUndo(done ? `The message of ${name} is done` : `The message of ${name} is to do again`, () =>
          change.mutate({ done: !done }),
        );
      }
    },
    onError: (error) => toastFailure(inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["call"] }),
  });
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm md:px-6" data-testid="message">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          href={lead === null ? `/calls/${message.callId}` : `/leads/${lead.leadId}`}
          className="font-medium hover:underline"
        >
          {lead?.name ?? <PhoneNumber number={from} />}
        </Link>
        {lead !== null && <PhoneNumber number={from} className="text-muted" />}
        {message.heardAt === null && <Badge tone="accent">Not heard yet</Badge>}
        <span className="text-xs text-muted">
          {message.queue !== null && `${message.queue} · `}
          {agent !== null && `for ${agent.name} · `}
          <TimeAgo at={message.createdAt} />
        </span>
      </div>
      {message.deleted ? (
        <p className="text-muted">Deleted: it was kept as long as the house keeps sounds.</p>
      ) : (
        <SoundPlayer
          kind="voicemail"
          id={message.voicemailId}
          label={`Message of ${name}`}
          seconds={message.durationSeconds}
        />
      )}
      {!message.deleted && <Transcription of={message} />}
      <div className="flex flex-wrap items-center gap-2">
        {(lead !== null || from.startsWith("+")) && (
          <>
            <CallBackButton {...whom} />
            <CallbackButton {...whom} size="sm" />
          </>
        )}
        <Button size="sm" busy={change.isPending} onClick={() => change.mutate({ done: doneAt === null })}>
          {doneAt === null ? "Done" : "To do again"}
        </Button>
        {staff && (
          <span className="flex items-center gap-2 text-xs text-muted">
            <span aria-hidden>Is for</span>
            <AgentFilter
              label="Who calls back"
              all="Whoever comes first"
              value={agent?.agentId ?? "all"}
              onChange={(chosen) => change.mutate({ agent: chosen === "all" ? null : chosen })}
            />
          </span>
        )}
      </div>
    </li>
  );
}
