"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { v7 } from "uuid";
import { inWords, ProblemError } from "@/lib/client/problem";
import { adopt, begin, EMPTY, type Batch, isPending, type Journal, type Outcome, settle } from "./edit-journal";
import { keptEdits, type KeptEdits } from "./kept-edits";
import { isUnknown, sendEdits, type Sent } from "./send-edits";

/** What is written within this time goes in one plan. */
const GATHER_MS = 350;
/** A batch of which nothing is known is sent again after so long. */
const AGAIN_MS = 4_000;

export interface EditJournal {
  journal: Journal;
  /** Changes the journal, and has it sent soon. */
  change: (step: (journal: Journal) => Journal) => void;
  /** Sends what waits, and resolves when nothing is under way any more or nothing is known of it. */
  flush: () => Promise<void>;
}

export interface JournalEvents {
  onSent: (batch: Batch, sent: Sent) => void;
  onRefused: (batch: Batch, words: string) => void;
}

/** Keeps what was written into cells until the server has said what became of it: see edit-journal.ts. */
export function useEditJournal(person: { userId: string; isStaff: boolean }, events: JournalEvents): EditJournal {
  const { userId, isStaff } = person;
  const [journal, setJournal] = useState(EMPTY);
  const current = useRef(EMPTY);
  const kept = useRef<KeptEdits>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sending = useRef<Promise<void>>(undefined);
  const latest = useRef(events);
  useEffect(() => {
    latest.current = events;
  });

  const set = useCallback((next: Journal) => {
    if (next === current.current) return;
    current.current = next;
    kept.current?.save(next);
    setJournal(next);
  }, []);

  const run = useCallback(async (): Promise<void> => {
    for (;;) {
      set(begin(current.current, v7()));
      const batch = current.current.sent;
      if (!batch) return;
      try {
        const sent = await sendEdits(batch, isStaff);
        const nothing: Outcome = { written: false };
        set(settle(current.current, (leadId) => sent.outcomes.get(leadId) ?? nothing));
        latest.current.onSent(batch, sent);
      } catch (error) {
        if (!(error instanceof ProblemError) || isUnknown(error)) return;
        const words = inWords(error);
        set(settle(current.current, () => ({ written: false, failure: { tone: "refused", words } })));
        latest.current.onRefused(batch, words);
      }
    }
  }, [isStaff, set]);

  const flush = useCallback(
    function send(): Promise<void> {
      clearTimeout(timer.current);
      sending.current ??= run().finally(() => {
        sending.current = undefined;
        if (isPending(current.current)) timer.current = setTimeout(() => void send(), AGAIN_MS);
      });
      return sending.current;
    },
    [run],
  );

  const change = useCallback(
    (step: (journal: Journal) => Journal) => {
      set(step(current.current));
      if (!isPending(current.current) || sending.current) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), GATHER_MS);
    },
    [flush, set],
  );

  useEffect(() => {
    const store = keptEdits(userId);
    kept.current = store;
    void store.takeLeft().then((left) => {
      if (left.length > 0) change((now) => left.reduce(adopt, now));
    });
    return () => {
      clearTimeout(timer.current);
      kept.current = undefined;
      store.close();
    };
  }, [userId, change]);

  return { journal, change, flush };
}
