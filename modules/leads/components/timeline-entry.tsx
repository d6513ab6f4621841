"use client";

import { useQuery } from "@tanstack/react-query";
import {
  ArchiveRestore,
  CircleDot,
  Lock,
  LockOpen,
  Merge,
  Paperclip,
  Pencil,
  Phone,
  PhoneForwarded,
  PhoneMissed,
  Voicemail,
  Plus,
  Split,
  StickyNote,
  Trash2,
  Undo2,
  UserRoundCheck,
  UserRoundMinus,
  type LucideIcon,
} from "lucide-react";
import { TimeAgo } from "@/components/ui/time";
import { dateWords } from "@/lib/calendar-date";
import { useLocale } from "@/lib/client/locale";
import { SoundPlayer } from "@/modules/call-queue/components/sound-player";
import type { Activity } from "../schemas";
import { mentionPieces } from "../domain/mentions";
import { dispositionsQuery } from "./lead-queries";
import { sentence } from "./lead-words";
import { RecordedCall } from "./recorded-call";
import { entryWords } from "./timeline-words";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  created: Plus,
  note: StickyNote,
  file: Paperclip,
  file_removed: Trash2,
  file_restored: Paperclip,
  assigned: UserRoundCheck,
  reassigned: UserRoundCheck,
  unassigned: UserRoundMinus,
  returned: UserRoundMinus,
  undone: Undo2,
  locked: Lock,
  unlocked: LockOpen,
  merged: Merge,
  unmerged: Split,
  removed: Trash2,
  restored: ArchiveRestore,
  disposition: CircleDot,
  updated: Pencil,
  call: Phone,
  missed: PhoneMissed,
  voicemail: Voicemail,
  callback: PhoneForwarded,
};

function kindOf({ type, data }: Activity): string {
  return type === "call" && data.outcome !== "answered" ? "missed" : type;
}

/** One thing that happened: who, what, when, and what was said. */
export function TimelineEntry({ entry }: { entry: Activity }) {
  const dispositions = useQuery(dispositionsQuery);
  const { locale } = useLocale();
  const names = {
    disposition: (code: string) => dispositions.data?.find((each) => each.code === code)?.label ?? sentence(code),
    date: (date: string) => dateWords(date, locale, { dateStyle: "medium" }),
  };
  const { who = entry.actor_name, what, quote } = entryWords(entry, names);
  const Icon = ICONS[kindOf(entry)] ?? CircleDot;
  return (
    <li className="group relative flex gap-3 pb-5">
      <span aria-hidden className="absolute top-7 bottom-0 left-3 w-px bg-line group-last:hidden" />
      <span aria-hidden className="flex size-6 shrink-0 items-center justify-center rounded-full bg-track text-muted">
        <Icon className="size-3.5" />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="text-muted">
          {entry.type !== "call" && <span className="font-medium text-text">{who} </span>}
          <span className={entry.type === "call" ? "font-medium text-text" : ""}>{what}</span>
          <span aria-hidden> · </span>
          <TimeAgo at={entry.at} className="whitespace-nowrap" />
        </p>
        {quote !== undefined && (
          <p className="mt-1.5 rounded-md border border-line bg-surface px-3 py-2 break-words whitespace-pre-wrap">
            <Quote text={quote} names={mentionedNames(entry)} />
          </p>
        )}
        <ToHear entry={entry} />
      </div>
    </li>
  );
}

/** A message can be heard at once; a recorded call when it is asked for. */
function ToHear({ entry: { type, data } }: { entry: Activity }) {
  if (type === "voicemail" && typeof data.voicemailId === "string") {
    const seconds = typeof data.durationSeconds === "number" ? data.durationSeconds : null;
    return (
      <SoundPlayer
        kind="voicemail"
        id={data.voicemailId}
        label="Message of the caller"
        seconds={seconds}
        className="mt-1.5"
      />
    );
  }
  if (type !== "call" || data.recorded !== true || typeof data.callId !== "string") return null;
  return <RecordedCall callId={data.callId} />;
}

/** What was written, with whom it mentions marked. */
function Quote({ text, names }: { text: string; names: readonly string[] }) {
  if (names.length === 0) return <>{text}</>;
  return mentionPieces(text, names).map((piece, at) =>
    piece.isMention ? (
      // oxlint-disable-next-line react/no-array-index-key -- a piece is its place in a text that does not change
      <span key={at} className="rounded-sm bg-accent-subtle px-0.5 font-medium text-accent-text">
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
}

function mentionedNames({ data: { mentions } }: Activity): string[] {
  if (!Array.isArray(mentions)) return [];
  return mentions.flatMap((one: unknown) =>
    typeof one === "object" && one !== null && "name" in one && typeof one.name === "string" ? one.name : [],
  );
}
