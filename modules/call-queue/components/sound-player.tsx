"use client";

import { useRef, useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";

/**
 * Plays a recording or a message through our own route; nothing is fetched before somebody presses play. What cannot be
 * fetched is said: the browser's own player only turns grey.
 */
export function SoundPlayer({
  kind,
  id,
  label,
  className,
}: {
  kind: "recording" | "voicemail";
  id: string;
  label: string;
  className?: string;
}) {
  const audio = useRef<HTMLAudioElement>(null);
  const [failed, setFailed] = useState(false);
  const again = (): void => {
    setFailed(false);
    audio.current?.load();
    // A second failure is told as the first was, by the element's own event.
    void audio.current?.play().catch(() => undefined);
  };
  return (
    <div className={cn("flex w-full max-w-md flex-col gap-1", className)}>
      <audio
        ref={audio}
        controls
        preload="none"
        aria-label={label}
        src={`/api/${kind}s/${id}/media`}
        onError={() => setFailed(true)}
        className="h-10 w-full"
        data-testid="sound-player"
      />
      {failed && (
        <p role="alert" className="flex items-center justify-between gap-2 text-xs text-danger-text">
          The sound could not be fetched from the carrier.
          <Button size="sm" variant="ghost" onClick={again}>
            Try again
          </Button>
        </p>
      )}
    </div>
  );
}
