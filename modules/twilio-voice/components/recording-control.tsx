"use client";

import { Circle, CirclePause } from "lucide-react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import type { TalkActions } from "./use-talk-actions";

type State = NonNullable<CurrentCall["recording"]>;

const WORDS: Readonly<Record<State, string>> = {
  on: "This call is being recorded",
  pausing: "Pausing the recording…",
  paused: "The recording is paused",
  resuming: "Going on with the recording…",
};

/**
 * Whether the conversation is recorded, and the button that pauses it. "Paused" is said only once the carrier has
 * confirmed it: card numbers are read out on the strength of it.
 */
export function RecordingControl({
  state,
  mayChange,
  actions,
}: {
  state: State;
  mayChange: boolean;
  actions: TalkActions;
}) {
  const wanted = state === "on" || state === "resuming";
  return (
    <div
      className={cn(
        "flex items-center justify-between gap-2 rounded-md px-3 py-1.5 text-sm",
        state === "on" ? "bg-danger-subtle text-danger-text" : "bg-caution-subtle text-caution-text",
      )}
      data-testid="recording"
      data-state={state}
    >
      <span role="status" className="flex min-w-0 items-center gap-2">
        {state === "on" ? (
          <Circle aria-hidden className="size-3 shrink-0 fill-current" />
        ) : (
          <CirclePause aria-hidden className="size-4 shrink-0" />
        )}
        {WORDS[state]}
      </span>
      {mayChange && (
        <Button
          size="sm"
          variant="ghost"
          busy={actions.busy === "record"}
          onClick={() => void actions.record(wanted ? "pause" : "resume")}
          aria-label={wanted ? "Pause the recording" : "Go on with the recording"}
          data-testid="pause-recording"
          className="text-inherit"
        >
          {wanted ? "Pause" : "Go on"}
        </Button>
      )}
    </div>
  );
}
