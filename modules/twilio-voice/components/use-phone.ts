"use client";

import { useCallback } from "react";
import { toastFailure } from "@/components/ui/toast";
import { useNow } from "@/lib/client/clock";
import { useMe } from "@/lib/client/me";
import { inWords, ProblemError } from "@/lib/client/problem";
import type { PhoneCommand } from "../client/phone-commands";
import type { ChosenStatus, PhoneState } from "../client/phone-state";
import { viewPhone, type PhoneView } from "../client/phone-view";
import type { Softphone } from "../client/softphone";
import { useSoftphone, useSoftphoneSnapshot } from "./softphone-context";
import { useCurrentCalls } from "./use-current-calls";

export interface Phone extends PhoneView {
  state: PhoneState;
  role: "waiting" | "leader" | "mirror";
  /** Does it, here or in the leading tab, and tells the person when it fails. */
  run: (command: PhoneCommand) => Promise<void>;
  choose: (status: ChosenStatus) => Promise<void>;
  askForMicrophone: () => Promise<void>;
  /** Takes a live event: what others changed of this agent's presence is asked for at once. */
  hear: (event: { topic: string; agentId?: unknown }) => void;
}

/** Everything the dock draws from, and everything it can ask for. */
export function usePhone(): Phone {
  const softphone = useSoftphone();
  const { agentId } = useMe();
  const { phone: state, role } = useSoftphoneSnapshot();
  const server = useCurrentCalls(state.leg);
  const now = useNow();
  const view = viewPhone(state, server, now);
  const attempt = useCallback(
    async (what: (softphone: Softphone) => Promise<void>) => {
      try {
        if (softphone !== undefined) await what(softphone);
      } catch (error) {
        toastFailure(error instanceof ProblemError || !(error instanceof Error) ? inWords(error) : error.message);
      }
    },
    [softphone],
  );
  const run = useCallback((command: PhoneCommand) => attempt((it) => it.run(command)), [attempt]);
  const askForMicrophone = useCallback(() => attempt((it) => it.askForMicrophone()), [attempt]);
  const { microphone } = state;
  const choose = useCallback(
    async (status: ChosenStatus) => {
      // Before going available, so that no call rings a phone that nobody can be heard through.
      if (status === "available" && microphone !== "granted") await askForMicrophone();
      // A person at this browser wants the phone here: the newest one takes over.
      await run({ type: "choose", choice: { id: crypto.randomUUID(), status }, takeOver: status !== "offline" });
    },
    [run, askForMicrophone, microphone],
  );
  const hear = useCallback(
    (event: { topic: string; agentId?: unknown }) => {
      if (event.topic === "presence" && event.agentId === agentId) softphone?.presenceChanged();
    },
    [softphone, agentId],
  );
  return { ...view, state, role, run, choose, askForMicrophone, hear };
}
