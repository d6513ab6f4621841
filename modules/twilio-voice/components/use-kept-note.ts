"use client";

import { useEffect, useRef } from "react";
import { api } from "@/lib/client/api";
import { wrapUpCall, type CurrentCall } from "@/modules/call-queue/schemas";

/** After a pause of the typing; a browser that is closed costs no more than this. */
const REST_MS = 1_500;

/**
 * Sends the owner's note while people talk, so that it outlives this browser and goes along with a transfer. What could
 * not be sent is sent with the next word or in the wrap-up; the draft itself is kept here in any case.
 */
export function useKeptNote({ callId, state, role, note: stored }: CurrentCall, note: string): void {
  const sent = useRef(stored ?? "");
  const text = note.trim();
  const active = state === "in_conversation" && role === "owner" && text !== "";
  useEffect(() => {
    if (!active || sent.current === text) return;
    const timer = setTimeout(() => {
      api(wrapUpCall, { params: { callId }, body: { note: text, finish: false } }).then(
        () => (sent.current = text),
        () => undefined,
      );
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [active, callId, text]);
}
