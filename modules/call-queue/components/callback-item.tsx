"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ShortDateTime } from "@/components/ui/time";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { cancelCallback, type CallbackRecord } from "../callback.schemas";
import { callbackWords, isOpen, resultWords, wantedBy } from "./callback-words";
import { formatPhone, PhoneNumber } from "./phone-number";

/** One callback: whom, when, what came of each turn, and what can be done with it. */
export function CallbackItem({ callback, onMove }: { callback: CallbackRecord; onMove: () => void }) {
  const queries = useQueryClient();
  const { status, lead, number, queue, position, agent, note, tries, callId } = callback;
  const name = lead?.name ?? formatPhone(number);
  const cancel = useMutation({
    mutationFn: () => api(cancelCallback, { params: { callbackId: callback.callbackId } }),
    onSuccess: () => toastDone(`The callback to ${name} was cancelled`),
    onError: (error) => toastFailure("The callback was not cancelled", inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["callback"] }),
  });
  const words = callbackWords[status];
  return (
    <li
      data-testid="callback"
      className="grid gap-x-4 gap-y-2 px-4 py-3 text-sm md:grid-cols-[minmax(11rem,1fr)_minmax(10rem,1fr)_minmax(12rem,2fr)_9rem] md:px-6"
    >
      <div className="min-w-0">
        <p className="truncate font-medium">
          {lead === null ? (
            <PhoneNumber number={number} />
          ) : (
            <Link href={`/leads/${lead.leadId}`} className="hover:underline">
              {lead.name}
            </Link>
          )}
        </p>
        <p className="truncate text-xs text-muted">
          {lead !== null && (
            <>
              <PhoneNumber number={number} /> ·{" "}
            </>
          )}
          {queue.name}
        </p>
      </div>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={words.tone}>{words.label}</Badge>
          {position !== null && <span>Place {position}</span>}
        </p>
        <p className="mt-0.5 text-xs text-muted">
          {status === "scheduled" ? "Due " : isOpen(callback) ? "Since " : "Was due "}
          <ShortDateTime at={callback.dueAt} />
        </p>
      </div>
      <div className="min-w-0 text-xs text-muted">
        <p className="truncate">
          {wantedBy(callback)}
          {agent !== null && ` · with ${agent.name}`}
        </p>
        {note !== null && <p className="mt-0.5 text-sm text-pretty text-text">{note}</p>}
        {tries.length > 0 && (
          <ol aria-label="Turns" className="mt-1 space-y-0.5">
            {tries.map((one) => (
              <li key={one.beganAt}>
                <ShortDateTime at={one.dialledAt ?? one.beganAt} /> ·{" "}
                {one.result === null ? (one.dialledAt === null ? "In line" : "Being called") : resultWords(one.result)}
              </li>
            ))}
          </ol>
        )}
      </div>
      <div className="flex items-start gap-2 md:justify-end">
        {callId !== null && (
          <Button asChild variant="ghost" size="sm">
            <Link href={`/calls/${callId}`} aria-label={`Call to ${name}`}>
              Call
            </Link>
          </Button>
        )}
        {status === "scheduled" && (
          <Button size="sm" aria-label={`Move the callback to ${name}`} onClick={onMove}>
            Move
          </Button>
        )}
        {isOpen(callback) && (
          <Button
            size="sm"
            busy={cancel.isPending}
            aria-label={`Cancel the callback to ${name}`}
            onClick={() => cancel.mutate()}
          >
            Cancel
          </Button>
        )}
      </div>
    </li>
  );
}
