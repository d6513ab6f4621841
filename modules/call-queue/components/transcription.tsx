import type { VoicemailView } from "../records.schemas";

/** A message as it was written down, or how far that has come; nothing where nobody wanted it. */
export function Transcription({ of }: { of: Pick<VoicemailView, "transcription" | "transcriptionStatus"> }) {
  if (of.transcription !== null) return <p className="max-w-prose whitespace-pre-wrap">{of.transcription}</p>;
  if (of.transcriptionStatus === null) return null;
  return (
    <p className="text-xs text-muted">
      {of.transcriptionStatus === "requested"
        ? "Being written down…"
        : "Nothing could be written down: silence, or words that were not understood."}
    </p>
  );
}
