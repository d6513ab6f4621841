"use client";

import { useEffect } from "react";
import type { Phone } from "./use-phone";

/** Alt+A accept, Alt+X decline, Alt+M mute, Alt+H end: wherever the focus is. By position of the key, as on a Mac Alt makes signs. */
export function usePhoneKeys(phone: Phone): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      const command = commandOf(event.code, phone);
      if (command === undefined) return;
      event.preventDefault();
      void phone.run(command);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [phone]);
}

function commandOf(
  code: string,
  { phase, canAccept, acceptance, call, leg }: Phone,
): Parameters<Phone["run"]>[0] | undefined {
  const callId = call?.callId ?? leg?.callId ?? null;
  if (phase === "ringing" && code === "KeyA" && canAccept) return acceptance;
  if (phase === "ringing" && code === "KeyX") return { type: "decline", callId };
  if (phase === "in_call" && code === "KeyM" && leg?.phase === "open") return { type: "mute", muted: !leg.muted };
  if (phase === "in_call" && code === "KeyH") return { type: "end", callId };
  return undefined;
}
