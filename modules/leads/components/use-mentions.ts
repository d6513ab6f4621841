"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState, type KeyboardEvent } from "react";
import { api } from "@/lib/client/api";
import { useDebounced } from "@/lib/client/use-debounced";
import { completeMention, type MentionDraft, mentionDraft, stillMentioned } from "../domain/mentions";
import { leadPeople, type Person } from "../people.schemas";

const TYPING_MS = 120;
const SHOWN = 6;

export interface Mentions {
  listId: string;
  /** Who may be meant by the @ before the caret; empty: no list is open. */
  found: readonly Person[];
  active: number;
  setActive: (index: number) => void;
  /** Tells of the text and the caret after each change of either. */
  look: (text: string, caret: number) => void;
  close: () => void;
  choose: (person: Person) => void;
  /** Whether the key was the list's. */
  onKey: (event: KeyboardEvent) => boolean;
  /** E-mails of those whose names stand in the text. */
  of: (text: string) => string[];
}

/** Completes names after an "@": the people who see this lead, chosen by arrows and Enter or by the pointer. */
export function useMentions(leadId: string, put: (text: string, caret: number) => void): Mentions {
  const listId = useId();
  const [draft, setDraft] = useState<MentionDraft & { text: string }>();
  const [active, setActive] = useState(0);
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const words = useDebounced(draft?.words.trim() ?? "", TYPING_MS);
  const people = useQuery({
    queryKey: ["lead", "people", leadId, words],
    queryFn: ({ signal }) => api(leadPeople, { params: { leadId }, query: { q: words }, signal }),
    enabled: draft !== undefined,
    placeholderData: keepPreviousData,
  });
  const found = draft ? (people.data?.people ?? []).slice(0, SHOWN) : [];
  const at = Math.min(active, Math.max(0, found.length - 1));
  const close = () => setDraft(undefined);
  const choose = (person: Person) => {
    if (!draft) return;
    const done = completeMention(draft.text, draft, person.name);
    setChosen((all) => [...all.filter(({ email }) => email !== person.email), person]);
    close();
    put(done.text, done.caret);
  };
  return {
    listId,
    found,
    active: at,
    setActive,
    look: (text, caret) => {
      const next = mentionDraft(text, caret);
      if (next?.words !== draft?.words) setActive(0);
      // A name that stands complete needs no list.
      const complete = next && chosen.some(({ name }) => next.words.startsWith(name));
      setDraft(next && !complete ? { ...next, text } : undefined);
    },
    close,
    choose,
    onKey: (event) => {
      const person = found[at];
      if (!person) return false;
      if (event.key === "ArrowDown") setActive((at + 1) % found.length);
      else if (event.key === "ArrowUp") setActive((at - 1 + found.length) % found.length);
      else if (event.key === "Escape") close();
      else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(person);
      else return false;
      event.preventDefault();
      return true;
    },
    of: (text) => stillMentioned(text, chosen).map(({ email }) => email),
  };
}
