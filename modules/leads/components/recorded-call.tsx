"use client";

import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { CallSounds } from "@/modules/call-queue/components/call-sounds";
import { readCall } from "@/modules/call-queue/schemas";

/** A recorded call in the timeline: heard where it stands; what else happened in it is one step away. */
export function RecordedCall({ callId }: { callId: string }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  const call = useQuery({
    queryKey: ["call", callId],
    queryFn: ({ signal }) => api(readCall, { params: { callId }, signal }),
    enabled: open,
  });
  return (
    <div className="mt-1">
      <span className="flex items-center gap-4 print:hidden">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
          className="inline-flex items-center gap-1.5 rounded-sm text-accent-text hover:underline pointer-coarse:py-1.5"
        >
          <Play aria-hidden className="size-3.5" />
          {open ? "Put the recording away" : "Listen to the recording"}
        </button>
        <Link href={`/calls/${callId}`} prefetch={false} className="text-muted hover:underline pointer-coarse:py-1.5">
          The whole call
        </Link>
      </span>
      <div id={panel} className="mt-1.5 rounded-lg border border-line bg-surface empty:hidden">
        {open && call.isPending && <Skeleton className="m-4 h-10" />}
        {open && call.isError && (
          <p role="alert" className="px-3 py-2 text-danger-text">
            {inWords(call.error)}
          </p>
        )}
        {open && call.data && <CallSounds call={call.data} />}
      </div>
    </div>
  );
}
