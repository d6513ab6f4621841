"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { ShortDateTime } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { type CallbackRecord, listCallbacks } from "@/modules/call-queue/callback.schemas";
import { callbackWords } from "@/modules/call-queue/components/callback-words";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { leadInWork } from "./list-place";

const POLL_MS = 10_000;
const SHOWN = 8;
const CARD = "my-callbacks";

/** Whether somebody is among the callbacks: keys for the leads beside them would mean another customer. */
export const isInCallbacks = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(`#${CARD}`) !== null;

/** Whom the agent's queues call back next; nothing where nobody waits. */
export function MyCallbacks() {
  const query = useQuery({
    queryKey: ["callback", "list", "mine"],
    queryFn: ({ signal }) => api(listCallbacks, { query: { open: "true", limit: SHOWN }, signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const callbacks = query.data?.callbacks ?? [];
  if (callbacks.length === 0) return null;
  const more = (query.data?.open ?? 0) - callbacks.length;
  return (
    <Card id={CARD} aria-labelledby="callbacks-title">
      <CardHeader
        id="callbacks-title"
        title="Callbacks"
        actions={
          <Link href="/callbacks" className="text-xs text-muted hover:underline">
            {more > 0 ? `All, ${more} more` : "Open"}
          </Link>
        }
      />
      <ul className="divide-y divide-line">
        {callbacks.map((callback) => (
          <li key={callback.callbackId} className="flex min-h-12 items-center gap-3 px-4 py-2">
            {callback.lead ? (
              <Link
                href={leadInWork(callback.lead.leadId)}
                prefetch={false}
                className="-mx-1.5 min-w-0 flex-1 rounded-sm px-1.5"
              >
                <Words callback={callback} />
              </Link>
            ) : (
              <div className="min-w-0 flex-1">
                <Words callback={callback} />
              </div>
            )}
            <Badge tone={callbackWords[callback.status].tone}>{callbackWords[callback.status].label}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const Words = ({ callback: { lead, number, dueAt, note } }: { callback: CallbackRecord }) => (
  <>
    <span className="block truncate font-medium">{lead?.name ?? formatPhone(number)}</span>
    <span className="block truncate text-xs text-muted">
      <ShortDateTime at={dueAt} />
      {note !== null && ` · ${note}`}
    </span>
  </>
);
