"use client";

import { useState } from "react";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { placeCall } from "@/modules/call-queue/talk.schemas";
import { callOutWish } from "../client/call-out-wish";
import { useShownNumber } from "./use-shown-number";

/** Calls a lead or a number through the phone of this browser. `closed`: the house is, and one must insist. */
export function useCallOut() {
  const [busy, setBusy] = useState(false);
  const [closed, setClosed] = useState(false);
  const { chosen } = useShownNumber();
  const call = async (whom: { leadId: string; number: string } | { number: string }): Promise<boolean> => {
    setBusy(true);
    try {
      const wish = "leadId" in whom ? { leadId: whom.leadId } : { to: whom.number };
      const shown = chosen === undefined ? {} : { callerId: chosen };
      const body = { ...wish, ...shown, connect: "dial_in" as const, outsideHours: closed };
      const { callId, offerId } = await api(placeCall, { body });
      setClosed(false);
      callOutWish.set({ callId, offerId, to: whom.number });
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.code === "outside_hours") setClosed(true);
      else toastFailure(inWords(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { call, busy, closed };
}
