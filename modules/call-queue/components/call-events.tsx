"use client";

import { cn } from "@/components/cn";
import { CardBody } from "@/components/ui/card";
import { DateTime } from "@/components/ui/time";
import { isNotReachedReason } from "../domain/not-reached";
import { queuedCallStateSchema } from "../schemas";
import type { CallStory } from "./call-story";
import { notReachedWords, reasonWords, sentence, stateWords } from "./call-words";

const DOTS: Readonly<Record<string, string>> = {
  neutral: "bg-control",
  accent: "bg-accent",
  positive: "bg-positive",
  caution: "bg-caution",
  danger: "bg-danger",
  info: "bg-info",
};

/** The call's states in their order, each with its reason. */
export function CallEvents({ call }: { call: CallStory }) {
  const began = Date.parse(call.startedAt);
  return (
    <CardBody>
      <ol className="relative flex flex-col gap-3.5 before:absolute before:inset-y-2 before:left-[3.5px] before:w-px before:bg-line-strong">
        {call.events.map((event, index) => {
          const state = queuedCallStateSchema.safeParse(event.to);
          const words = state.success
            ? stateWords[state.data]
            : { label: sentence(event.to), tone: "neutral" as const };
          return (
            <li key={index} className="relative flex gap-3 pl-5" data-testid="call-event" data-to={event.to}>
              <span
                aria-hidden
                className={cn("absolute top-1.5 left-0 size-2 rounded-full ring-3 ring-surface", DOTS[words.tone])}
              />
              <div className="min-w-0 flex-1">
                <span className="font-medium">{words.label}</span>{" "}
                <span className="text-muted">{reasonText(event.reason, call)}</span>
                <Why data={event.data} />
              </div>
              <span className="shrink-0 text-right text-xs text-muted tabular-nums">
                <DateTime at={event.at} show="time" />
                <span className="block">+{((Date.parse(event.at) - began) / 1_000).toFixed(1)} s</span>
              </span>
            </li>
          );
        })}
      </ol>
    </CardBody>
  );
}

function reasonText(reason: string, call: CallStory): string {
  return isNotReachedReason(reason) ? notReachedWords(reason, call.from).what : reasonWords(reason);
}

function Why({ data }: { data: unknown }) {
  const why = typeof data === "object" && data !== null && "why" in data ? data.why : undefined;
  return typeof why === "string" ? <span className="block text-xs text-muted">{why}</span> : null;
}
