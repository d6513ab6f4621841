"use client";

import { Mic, MicOff, Volume2 } from "lucide-react";
import { cn } from "@/components/cn";
import { useLevels } from "./softphone-context";

/** What goes out and what comes in, as bars that move with the voices. Decoration: the timer and words tell the rest. */
export function LevelMeters({ muted }: { muted: boolean }) {
  const { input, output } = useLevels();
  return (
    <div className="grid grid-cols-2 gap-3" data-testid="levels" data-input={input} data-output={output}>
      <Level icon={muted ? <MicOff /> : <Mic />} label={muted ? "Muted" : "You"} level={muted ? 0 : input} />
      <Level icon={<Volume2 />} label="Them" level={output} />
    </div>
  );
}

/** Ears hear loudness by its logarithm: a quiet voice shall still move the bar. */
function shown(level: number): number {
  return level <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(level) / 3);
}

function Level({ icon, label, level }: { icon: React.ReactNode; label: string; level: number }) {
  return (
    <div className="flex items-center gap-1.5 text-xs text-muted [&_svg]:size-3.5">
      <span aria-hidden>{icon}</span>
      <span className="w-10">{label}</span>
      <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-track">
        <span
          className={cn(
            "block h-full rounded-full transition-[width] duration-75",
            level > 0.9 ? "bg-caution" : "bg-positive",
          )}
          style={{ width: `${shown(level) * 100}%` }}
        />
      </span>
    </div>
  );
}
