"use client";

import { Headphones, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useMe } from "@/lib/client/me";
import { inWords, ProblemError } from "@/lib/client/problem";
import { stopSupervising, superviseCall } from "@/modules/call-queue/talk.schemas";
import { listenIn } from "../client/listening-phone";
import { createVoiceDevice } from "../client/load-voice-sdk";
import { voiceToken } from "../schemas";

const MODES = [
  { mode: "monitor", label: "Listen", hint: "Nobody hears you" },
  { mode: "whisper", label: "Whisper", hint: "The agent alone hears you" },
  { mode: "barge", label: "Speak", hint: "Both hear you" },
] as const;
type Mode = (typeof MODES)[number]["mode"];

/** A supervisor's way into one conversation: listen first, then whisper or speak, and out again. */
export function SuperviseCall({ callId, agent }: { callId: string; agent: string }) {
  const { agentId } = useMe();
  const [mode, setMode] = useState<Mode>();
  const [busy, setBusy] = useState(false);
  const hangUp = useRef<() => void>(undefined);
  // Whoever leaves the page, or sees the call end, is out of the conversation too.
  useEffect(() => () => hangUp.current?.(), []);

  const enter = async (next: Mode): Promise<void> => {
    setBusy(true);
    try {
      const { participantId } = await api(superviseCall, { params: { callId }, body: { mode: next } });
      hangUp.current ??= await listenIn(ports, participantId, () => {
        hangUp.current = undefined;
        setMode(undefined);
      });
      setMode(next);
    } catch (error) {
      toastFailure(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const leave = async (): Promise<void> => {
    hangUp.current?.();
    try {
      await api(stopSupervising, { params: { callId } });
    } catch (error) {
      // A conversation that is over has let its supervisors go by itself.
      if (!(error instanceof ProblemError && error.status === 409)) toastFailure(wordsOf(error));
    }
  };

  if (mode === undefined) {
    return (
      <Button
        size="sm"
        busy={busy}
        onClick={() => void enter("monitor")}
        aria-label={`Listen to ${agent}`}
        data-testid="supervise"
      >
        <Headphones aria-hidden />
        Listen
      </Button>
    );
  }
  return (
    <div
      className={cn(
        "inline-flex items-center gap-1",
        // A phone has no room for them in the row: they lie above the navigation, and above the own softphone.
        "max-sm:fixed max-sm:inset-x-0 max-sm:z-30 max-sm:flex max-sm:border-t max-sm:border-line max-sm:bg-raised",
        "max-sm:px-4 max-sm:py-2 max-sm:text-left",
        agentId === undefined ? "max-sm:bottom-14" : "max-sm:bottom-26",
      )}
      role="group"
      aria-label={`In the conversation of ${agent}`}
    >
      <span className="min-w-0 flex-1 truncate text-sm sm:hidden">With {agent}</span>
      {MODES.map((one) => (
        <button
          key={one.mode}
          type="button"
          title={one.hint}
          aria-pressed={one.mode === mode}
          disabled={busy}
          onClick={() => void enter(one.mode)}
          className={cn(
            "h-7 rounded-md px-2 text-xs font-medium pointer-coarse:h-10",
            one.mode === mode ? "bg-accent-subtle text-accent-text" : "text-muted hover:bg-hover",
          )}
        >
          {one.label}
        </button>
      ))}
      <IconButton size="sm" label="Leave the conversation" onClick={() => void leave()}>
        <X />
      </IconButton>
    </div>
  );
}

const ports = { fetchToken: () => api(voiceToken, {}), createDevice: createVoiceDevice };

const wordsOf = (error: unknown): string =>
  error instanceof ProblemError || !(error instanceof Error) ? inWords(error) : error.message;
