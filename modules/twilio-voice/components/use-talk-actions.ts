"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import {
  consultOnCall,
  dropParticipant,
  holdCall,
  mergeCall,
  recordCall,
  resumeCall,
  swapCall,
  transferCall,
} from "@/modules/call-queue/talk.schemas";

/** Somebody to ask or to give the call to. */
export type Target = { agent: string } | { queue: string } | { number: string };

const TIMEOUT_MS = 6_000;

/** What the owner can do in a call; one thing at a time, told when it fails. `busy` names what is under way. */
export function useTalkActions(callId: string) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string>();
  const act = async (name: string, request: () => Promise<unknown>): Promise<boolean> => {
    setBusy(name);
    try {
      await request();
      return true;
    } catch (error) {
      toastFailure(inWords(error));
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey: ["call"] });
      setBusy(undefined);
    }
  };
  const call = { params: { callId }, timeoutMs: TIMEOUT_MS };
  return {
    busy,
    hold: () => act("hold", () => api(holdCall, call)),
    resume: () => act("hold", () => api(resumeCall, call)),
    record: (action: "pause" | "resume") => act("record", () => api(recordCall, { ...call, body: { action } })),
    swap: () => act("swap", () => api(swapCall, call)),
    merge: () => act("merge", () => api(mergeCall, call)),
    handOver: () => act("hand_over", () => api(transferCall, { ...call, body: {} })),
    transfer: (to: Target) => act("transfer", () => api(transferCall, { ...call, body: to })),
    consult: (who: Exclude<Target, { queue: string }>) =>
      act("consult", () => api(consultOnCall, { ...call, body: who })),
    letGo: (participantId: string) =>
      act("let_go", () => api(dropParticipant, { params: { callId, participantId }, timeoutMs: TIMEOUT_MS })),
  };
}

export type TalkActions = ReturnType<typeof useTalkActions>;
