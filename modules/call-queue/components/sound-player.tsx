import { cn } from "@/components/cn";

/** Plays a recording or a message through our own route; nothing is fetched before somebody presses play. */
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
  return (
    <audio
      controls
      preload="none"
      aria-label={label}
      src={`/api/${kind}s/${id}/media`}
      className={cn("h-10 w-full max-w-md", className)}
      data-testid="sound-player"
    />
  );
}
