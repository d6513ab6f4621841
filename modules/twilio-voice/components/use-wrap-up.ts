"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "@/lib/client/api";
import { useNow } from "@/lib/client/clock";
import { inWords } from "@/lib/client/problem";
import { wrapUpCall, type CurrentCall } from "@/modules/call-queue/schemas";
import { dropDraft, type WrapUpDraft } from "../client/wrap-up-draft";

/** When so little time is left, what was entered is saved by itself: the end of the time must not eat it. */
const RESCUE_SECONDS = 8;
const REST_MS = 700;

/** Sends a wrap-up; near the end of its time saves what there is without finishing. */
export function useWrapUp(call: CurrentCall, draft: WrapUpDraft) {
  const queries = useQueryClient();
  const [finishing, setFinishing] = useState(false);
  const [failure, setFailure] = useState<string>();
  const saved = useRef("{}");
  const content = JSON.stringify(contentOf(draft));
  const { callId, wrapUpEndsAt } = call;

  const send = useCallback(
    async (text: string, finish: boolean): Promise<boolean> => {
      try {
        const body = { ...(JSON.parse(text) as ReturnType<typeof contentOf>), finish };
        await api(wrapUpCall, { params: { callId }, body });
        saved.current = text;
        return true;
      } catch (error) {
        setFailure(`${inWords(error)} What you wrote is kept here.`);
        return false;
      }
    },
    [callId],
  );

  const finish = async (): Promise<void> => {
    if (finishing) return;
    setFinishing(true);
    setFailure(undefined);
    if (await send(content, true)) {
      dropDraft(window.sessionStorage, callId);
      await queries.invalidateQueries({ queryKey: ["call"] });
    }
    setFinishing(false);
  };

  const now = useNow();
  const left = wrapUpEndsAt === null ? Infinity : (Date.parse(wrapUpEndsAt) - now) / 1_000;
  const rescue = left <= RESCUE_SECONDS && !finishing;
  useEffect(() => {
    if (!rescue || saved.current === content) return;
    const timer = setTimeout(() => void send(content, false), REST_MS);
    return () => clearTimeout(timer);
  }, [rescue, content, send]);
  return { finish, finishing, failure };
}

function contentOf({ disposition, note }: WrapUpDraft): { disposition?: string; note?: string } {
  const trimmed = note.trim();
  return { ...(disposition !== "" && { disposition }), ...(trimmed !== "" && { note: trimmed }) };
}
