"use client";

import { LoaderCircle } from "lucide-react";
import { useConnection } from "@/lib/client/connection";
import { Banner } from "./ui/banner";

/** Says that the server is out of reach, for as long as it is. */
export function ConnectionBanner() {
  if (useConnection() === "ok") return null;
  return (
    <Banner tone="caution" flush>
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <span className="font-medium">Connection lost — trying again</span>
        <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
        <span className="max-sm:hidden">What you see may be out of date. Nothing you typed is lost.</span>
      </span>
    </Banner>
  );
}
