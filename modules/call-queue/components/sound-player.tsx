"use client";

import { Pause, Play } from "lucide-react";
import { useRef, useState, type CSSProperties } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { clockText } from "@/components/ui/time";

/** How many times as fast as it was spoken. */
const SPEEDS = [1, 1.25, 1.5, 2] as const;

/** The browser's own track is white on dark. */
const TRACK = cn(
  "h-1 min-w-0 flex-1 cursor-pointer appearance-none rounded-full",
  "bg-[linear-gradient(to_right,var(--color-accent)_var(--heard),var(--color-track)_var(--heard))]",
  "[&::-webkit-slider-thumb]:size-3.5 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:bg-accent",
  "[&::-moz-range-thumb]:size-3.5 [&::-moz-range-thumb]:rounded-full [&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-accent",
);

/** What is heard at the moment: one sound at a time, whichever list it is in. */
let heard: HTMLAudioElement | null = null;

interface SoundPlayerProps {
  kind: "recording" | "voicemail";
  id: string;
  label: string;
  /** As far as it is known before anything is fetched. */
  seconds: number | null;
  className?: string;
}

/**
 * Plays a recording or a message through our own route; nothing is fetched before somebody presses play. It is our own,
 * since the browser's knows no length before it has fetched, offers the file to be saved, and says nothing when it fails.
 */
export function SoundPlayer({ kind, id, label, seconds, className }: SoundPlayerProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<"still" | "fetching" | "playing" | "failed">("still");
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(seconds ?? 0);
  const [speed, setSpeed] = useState<number>(SPEEDS[0]);
  const isOn = state === "playing" || state === "fetching";

  const play = (): void => {
    const { current } = audio;
    if (current === null) return;
    if (heard !== current) heard?.pause();
    heard = current;
    setState("fetching");
    if (state === "failed") current.load();
    current.playbackRate = speed;
    // A failure is told by the element's own event; a pause pressed meanwhile is none.
    void current.play().catch(() => undefined);
  };
  const faster = (): void => {
    const next = SPEEDS[(SPEEDS.findIndex((one) => one === speed) + 1) % SPEEDS.length] ?? 1;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  return (
    <div role="group" aria-label={label} className={cn("flex w-full max-w-md flex-col gap-1", className)}>
      <audio
        ref={audio}
        preload="none"
        src={`/api/${kind}s/${id}/media`}
        data-testid="sound-player"
        onPlaying={() => setState("playing")}
        onWaiting={() => setState("fetching")}
        onPause={() => setState("still")}
        onEnded={() => setAt(0)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget: { duration } }) => Number.isFinite(duration) && setLength(duration)}
        onError={() => setState("failed")}
      />
      <div className="flex h-9 items-center gap-2 rounded-md border border-line bg-sunken pr-1 pl-0.5">
        <IconButton
          size="sm"
          tooltip={null}
          label={isOn ? `Pause: ${label}` : `Play: ${label}`}
          busy={state === "fetching"}
          onClick={() => (isOn ? audio.current?.pause() : play())}
        >
          {isOn ? <Pause /> : <Play />}
        </IconButton>
        <input
          type="range"
          aria-label={`Position in: ${label}`}
          aria-valuetext={`${clockText(at)} of ${clockText(length)}`}
          min={0}
          max={Math.max(1, length)}
          step={0.1}
          value={Math.min(at, length)}
          onChange={({ target }) => {
            setAt(Number(target.value));
            if (audio.current) audio.current.currentTime = Number(target.value);
          }}
          style={{ "--heard": `${length === 0 ? 0 : (Math.min(at, length) / length) * 100}%` } as CSSProperties}
          className={TRACK}
        />
        <span className="shrink-0 text-xs text-muted tabular-nums">
          {clockText(at)} / {length > 0 ? clockText(length) : "–"}
        </span>
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Speed: ${speed} times`}
          onClick={faster}
          className="w-11 px-0 text-xs text-muted tabular-nums"
        >
          {speed}×
        </Button>
      </div>
      {state === "failed" && (
        <p role="alert" className="flex items-center justify-between gap-2 text-xs text-danger-text">
          The sound could not be fetched from the carrier.
          <Button size="sm" variant="ghost" onClick={play}>
            Try again
          </Button>
        </p>
      )}
    </div>
  );
}
