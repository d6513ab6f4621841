"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { unsubscribe, type UnsubscribeView } from "../schemas";

/** Asks before it switches anything off: programs that open every link of a mail change nothing. */
export function UnsubscribeForm({ token, view }: { token: string; view: UnsubscribeView }) {
  const end = useMutation({ mutationFn: () => api(unsubscribe, { query: { token } }) });
  const on = (end.data ?? view).events.filter((one) => one.on);
  const way = view.channel === "email" ? "e-mail" : "SMS";
  if (on.length === 0) {
    return (
      <p role="status" className="text-center text-sm">
        You get no more {way} for {view.events.map(({ label }) => `“${label}”`).join(", ")}. Your{" "}
        <Link href="/settings/notifications" prefetch={false} className="text-accent-text underline">
          notification settings
        </Link>{" "}
        switch it on again.
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">No more {way} when:</p>
      <ul className="list-disc pl-5 text-sm">
        {on.map(({ event, label }) => (
          <li key={event}>{label}</li>
        ))}
      </ul>
      {end.isError && (
        <p role="alert" className="text-sm text-danger-text">
          {inWords(end.error)}
        </p>
      )}
      <Button variant="primary" size="lg" busy={end.isPending} onClick={() => end.mutate()}>
        Unsubscribe
      </Button>
    </div>
  );
}
