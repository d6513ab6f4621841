"use client";

import { Headphones } from "lucide-react";
import type { CurrentCall } from "@/modules/call-queue/schemas";

/** Who of the house speaks in a conversation beside its agent, and who hears them. Who only listens is not named. */
export function SupervisorLine({ call }: { call: CurrentCall }) {
  const speaking = call.participants.filter(
    ({ role, state }) => state === "joined" && (role === "whisper" || role === "barge"),
  );
  return speaking.map(({ participantId, role, name }) => (
    <p
      key={participantId}
      role="status"
      className="flex items-center gap-2 rounded-md bg-info-subtle px-2.5 py-1.5 text-xs text-info-text"
      data-testid="supervisor"
    >
      <Headphones aria-hidden className="size-3.5 shrink-0" />
      <span>
        <span className="font-medium">{name ?? "A supervisor"}</span>{" "}
        {role === "whisper" ? "speaks to you; the other side does not hear it." : "speaks with both of you."}
      </span>
    </p>
  ));
}
