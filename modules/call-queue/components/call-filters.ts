"use client";

import { useSearchParams } from "next/navigation";
import { CALL_OUTCOMES, type CallOutcome } from "../domain/call-outcomes";

/** What the call log shows, as its address says; "all" stands for anything. */
export interface CallFilters {
  outcome: CallOutcome | "all";
  direction: "inbound" | "outbound" | "all";
  agent: string;
  /** A queue's key. */
  queue: string;
  number: string;
  /** Days, as the browser's zone has them: 2026-01-31. */
  from: string;
  to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filters in the address, which can be shared and gone back to, and how to change them. */
export function useCallFilters(): { filters: CallFilters; set: (change: Partial<CallFilters>) => void } {
  const params = useSearchParams();
  const filters: CallFilters = {
    outcome: CALL_OUTCOMES.find((one) => one === params.get("outcome")) ?? "all",
    direction: (["inbound", "outbound"] as const).find((one) => one === params.get("direction")) ?? "all",
    agent: params.get("agent") ?? "all",
    queue: params.get("queue") ?? "all",
    number: params.get("number") ?? "",
    from: DAY.exec(params.get("from") ?? "")?.[0] ?? "",
    to: DAY.exec(params.get("to") ?? "")?.[0] ?? "",
  };
  const set = (change: Partial<CallFilters>): void => {
    const next = new URLSearchParams(
      Object.entries({ ...filters, ...change }).filter(([, value]) => value !== "all" && value !== ""),
    );
    const query = next.toString();
    window.history.replaceState(null, "", query === "" ? "/calls" : `/calls?${query}`);
  };
  return { filters, set };
}

/** The filters as the API takes them; `to` is the last day that counts. */
export function queryOf({ outcome, direction, agent, queue, number, from, to }: CallFilters) {
  const digits = number.replaceAll(/\D/g, "");
  return {
    outcome: outcome === "all" ? undefined : outcome,
    direction: direction === "all" ? undefined : direction,
    agent: agent === "all" ? undefined : agent,
    queue: queue === "all" ? undefined : queue,
    number: digits.length >= 3 ? number.trim() : undefined,
    from: dayStart(from, 0),
    to: dayStart(to, 1),
  };
}

function dayStart(day: string, daysLater: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const moment = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
