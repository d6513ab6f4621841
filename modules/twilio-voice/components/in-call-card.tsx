"use client";

import { Mic, MicOff, PhoneOff, SignalHigh, SignalLow, SignalMedium } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { Duration } from "@/components/ui/time";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import { gradeOf } from "../client/call-quality";
import { CallerSummary } from "./caller-summary";
import { LevelMeters } from "./level-meter";
import { SupervisorLine } from "./supervisor-line";
import { TalkControls } from "./talk-controls";
import { useKeptNote } from "./use-kept-note";
import type { Phone } from "./use-phone";
import { useWrapUpDraft } from "./use-wrap-up-draft";

/** A conversation: with whom, how long, how it sounds, mute and end. */
export function InCallCard({ phone }: { phone: Phone }) {
  const { call, leg } = phone;
  const callId = call?.callId ?? leg?.callId ?? null;
  const muted = leg?.muted ?? false;
  return (
    <section aria-label="Call" className="flex flex-col gap-3" data-testid="in-call" data-leg={leg?.phase ?? "none"}>
      <CallerSummary call={call} leg={leg} />
      {phone.soundLost ? (
        <Banner tone="caution">
          This page has no sound for the call: it was in a tab that was closed or reloaded. The caller is being put back
          at the head of the queue.
        </Banner>
      ) : (
        <>
          {leg?.phase === "reconnecting" && (
            <Banner tone="caution">The connection wavers. The phone is getting the call back; stay on the line.</Banner>
          )}
          {call?.machine && <Banner tone="info">An answering machine has answered.</Banner>}
          <div className="flex items-center justify-between text-sm">
            <CallTimer phone={phone} />
            <QualityWords phone={phone} />
          </div>
          <LevelMeters muted={muted} />
        </>
      )}
      {call !== null && <SupervisorLine call={call} />}
      {call !== null && <CallNote key={call.callId} call={call} />}
      {call !== null && !phone.soundLost && <TalkControls key={call.callId} phone={phone} call={call} />}
      {/* However much stands above, on however small a screen: silence and the end are at hand. */}
      <div className="sticky -bottom-3.5 -mx-3.5 -mb-3.5 grid grid-cols-2 gap-2 bg-raised px-3.5 pt-1 pb-3.5">
        <Button
          size="lg"
          disabled={leg?.phase !== "open"}
          aria-pressed={muted}
          aria-keyshortcuts="Alt+M"
          className={muted ? "border-transparent bg-caution-subtle text-caution-text hover:bg-caution-subtle" : ""}
          onClick={() => void phone.run({ type: "mute", muted: !muted })}
          data-testid="mute"
        >
          {muted ? <MicOff aria-hidden /> : <Mic aria-hidden />}
          {muted ? "Unmute" : "Mute"}
          <Kbd keys={["Alt", "M"]} className="max-sm:hidden" />
        </Button>
        <Button
          variant="danger"
          size="lg"
          busy={leg?.ending ?? false}
          aria-keyshortcuts="Alt+H"
          onClick={() => void phone.run({ type: "end", callId })}
          data-testid="end-call"
        >
          <PhoneOff aria-hidden />
          {endWords(phone)}
          <Kbd keys={["Alt", "H"]} className="max-sm:hidden" />
        </Button>
      </div>
    </section>
  );
}

/** What the red button does: it ends the call for everybody, unless the agent was asked in by another. */
function endWords({ phase, call }: Phone): string {
  if (phase === "connecting") return "Hang up";
  return call?.role === "guest" ? "Leave" : "End call";
}

/** Notes begin while people talk, and are kept as they are typed; the wrap-up goes on with them. */
function CallNote({ call }: { call: CurrentCall }) {
  const [draft, change] = useWrapUpDraft(call.callId, call.note ?? "");
  useKeptNote(call, draft.note);
  return (
    <Textarea
      rows={2}
      aria-label="Note of this call"
      placeholder="Note of this call"
      maxLength={10_000}
      value={draft.note}
      onChange={(event) => change({ note: event.target.value })}
    />
  );
}

function CallTimer({ phone: { call, leg } }: { phone: Phone }) {
  const since = call?.connectedAt ?? (leg === null ? null : new Date(leg.sinceMs).toISOString());
  if (leg?.phase === "connecting" || since === null) return <span className="text-muted">Connecting…</span>;
  return <Duration since={since} className="text-lg font-semibold tabular-nums" />;
}

const GRADES = {
  good: { Icon: SignalHigh, words: "Good connection", className: "text-positive-text" },
  fair: { Icon: SignalMedium, words: "Fair connection", className: "text-caution-text" },
  poor: { Icon: SignalLow, words: "Poor connection", className: "text-danger-text" },
} as const;

function QualityWords({ phone: { leg } }: { phone: Phone }) {
  const grade = gradeOf(leg?.quality ?? null);
  if (grade === null) return <span className="text-xs text-muted">Measuring the connection…</span>;
  const { Icon, words, className } = GRADES[grade];
  return (
    <span className={`inline-flex items-center gap-1 text-xs ${className}`}>
      <Icon aria-hidden className="size-4" />
      {words}
    </span>
  );
}
