"use client";

import { useQuery } from "@tanstack/react-query";
import { dispositionsQuery } from "@/modules/leads/components/lead-queries";
import { sentence } from "./call-words";

/** How dispositions are called on screen; the code in words until the list is there. */
export function useDispositionLabel(): (code: string) => string {
  const { data } = useQuery(dispositionsQuery);
  return (code) => data?.find((disposition) => disposition.code === code)?.label ?? sentence(code);
}
