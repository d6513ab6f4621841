"use client";

import { useQuery } from "@tanstack/react-query";
import { AudioLines } from "lucide-react";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { IconButton } from "@/components/ui/icon-button";
import { Popover } from "@/components/ui/popover";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { readCall } from "../schemas";
import { CallSounds } from "./call-sounds";

/** What of a call can be heard, from its row in a list. */
export function HearCall({ callId, who }: { callId: string; who: string }) {
  const [open, setOpen] = useState(false);
  const call = useQuery({
    queryKey: ["call", callId],
    queryFn: ({ signal }) => api(readCall, { params: { callId }, signal }),
    enabled: open,
  });
  return (
    <Popover
      label={`To hear of the call with ${who}`}
      align="end"
      className="w-96 max-w-[calc(100vw-1rem)] p-0"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton size="sm" label={`Hear the call with ${who}`} tooltip={null} className="relative z-1 text-muted">
          <AudioLines />
        </IconButton>
      }
    >
      {call.isPending && <Skeleton className="m-4 h-10" />}
      {call.isError && <Banner tone="danger">{inWords(call.error)}</Banner>}
      {call.data && <CallSounds call={call.data} />}
    </Popover>
  );
}
