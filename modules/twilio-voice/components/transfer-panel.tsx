"use client";

import { useQuery } from "@tanstack/react-query";
import { PhoneForwarded } from "lucide-react";
import { useState, type ReactNode } from "react";
import { StatusDot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { useDebounced } from "@/lib/client/use-debounced";
import { listTalkTargets } from "@/modules/call-queue/talk.schemas";
import type { TalkActions, Target } from "./use-talk-actions";

const REFRESH_MS = 5_000;
/** Three digits at least, with what people write between them. */
const NUMBER = /^\+?[\d\s().-]{3,20}$/;

/**
 * Finds whom to give the call to, or to ask first: a number, agents who are free, queues. Those who cannot be rung now
 * come last: one may look for them, and sees why not.
 */
export function TransferPanel({ actions, onDone }: { actions: TalkActions; onDone: () => void }) {
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), 200);
  const query = useQuery({
    queryKey: ["talk-targets", search],
    queryFn: ({ signal }) => api(listTalkTargets, { query: search === "" ? {} : { search }, signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  const { agents = [], queues = [] } = query.data ?? {};
  const number = NUMBER.test(text.trim()) ? text.trim() : undefined;
  const give = async (to: Target): Promise<void> => {
    if (await actions.transfer(to)) onDone();
  };
  const ask = async (who: Exclude<Target, { queue: string }>): Promise<void> => {
    if (await actions.consult(who)) onDone();
  };
  const busy = actions.busy !== undefined;
  const agentRow = ({ agentId, name, free, status }: (typeof agents)[number]) => (
    <Row
      key={agentId}
      name={name}
      detail={
        <StatusDot tone={free ? "positive" : "neutral"}>
          {free ? "Free" : status === null ? "Signed out" : "Not free"}
        </StatusDot>
      }
      busy={busy || !free}
      onGive={() => give({ agent: agentId })}
      onAsk={() => ask({ agent: agentId })}
    />
  );
  return (
    <section aria-label="Transfer" className="flex flex-col gap-2" data-testid="transfer-panel">
      <Input
        autoFocus
        aria-label="Agent, queue or number"
        placeholder="Agent, queue or number"
        value={text}
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }}
      />
      <ul className="-mx-1 max-h-48 overflow-y-auto">
        {number !== undefined && (
          <Row
            name={number}
            detail="A number outside"
            busy={busy}
            onGive={() => give({ number })}
            onAsk={() => ask({ number })}
          />
        )}
        {agents.filter(({ free }) => free).map(agentRow)}
        {queues.map(({ queueId, name, ready, waiting }) => (
          <Row
            key={queueId}
            name={name}
            detail={`Queue · ${ready} ready, ${waiting} waiting`}
            busy={busy}
            onGive={() => give({ queue: queueId })}
          />
        ))}
        {agents.filter(({ free }) => !free).map(agentRow)}
      </ul>
      {query.isError && <p className="text-xs text-danger-text">{inWords(query.error)}</p>}
      {query.isSuccess && number === undefined && agents.length + queues.length === 0 && (
        <p className="text-xs text-muted">Nobody and no queue of that name. A number can be written as well.</p>
      )}
    </section>
  );
}

function Row(props: {
  name: string;
  detail: ReactNode;
  busy: boolean;
  onGive: () => Promise<void>;
  onAsk?: () => Promise<void>;
}) {
  const { name, detail, busy, onGive, onAsk } = props;
  return (
    <li className="flex items-center gap-1 rounded-md px-1 py-1 hover:bg-hover" data-testid="transfer-target">
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">{name}</span>
        <span className="block truncate text-xs text-muted">{detail}</span>
      </span>
      {onAsk && (
        <Button
          size="sm"
          variant="ghost"
          disabled={busy}
          aria-label={`Ask ${name} first`}
          onClick={() => void onAsk()}
          className="px-2"
        >
          Ask first
        </Button>
      )}
      <Button size="sm" disabled={busy} aria-label={`Transfer to ${name}`} onClick={() => void onGive()}>
        <PhoneForwarded aria-hidden />
        Transfer
      </Button>
    </li>
  );
}
