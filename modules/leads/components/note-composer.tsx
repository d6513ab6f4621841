"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import { useState, type KeyboardEvent, type RefObject, type SyntheticEvent } from "react";
import { flushSync } from "react-dom";
import { cn } from "@/components/cn";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { addNote } from "../schemas";
import { type Mentions, useMentions } from "./use-mentions";

const LONGEST = 10_000;

export interface NoteComposerProps {
  leadId: string;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}

/** Writes a note; "@" names somebody who sees the lead. What was typed stays until the server has it. */
export function NoteComposer({ leadId, inputRef }: NoteComposerProps) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [page, setPage] = useState<Element | null>(null);
  const mentions = useMentions(leadId, (next, caret) => {
    // The caret stands right before the next key comes: a frame later would be too late for quick fingers.
    flushSync(() => setText(next));
    inputRef.current?.setSelectionRange(caret, caret);
  });
  const save = useMutation({
    mutationFn: (note: string) =>
      api(addNote, { params: { leadId }, body: { text: note, mentions: mentions.of(note) } }),
    onSuccess: async (_, note) => {
      // Whatever was typed meanwhile is the beginning of the next note.
      setText((now) => (now.trim() === note ? "" : now));
      await queries.invalidateQueries({ queryKey: ["lead"] });
    },
    onError: (error) => toastFailure("The note is not saved yet", inWords(error)),
  });
  const submit = () => {
    if (text.trim() !== "" && !save.isPending) save.mutate(text.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    if (mentions.onKey(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
    // Single keys, such as those to the next lead, work again outside of the text.
    if (event.key === "Escape") inputRef.current?.closest("main")?.focus();
  };
  const look = ({ currentTarget: { value, selectionStart } }: SyntheticEvent<HTMLTextAreaElement>) =>
    mentions.look(value, selectionStart);
  const isOpen = mentions.found.length > 0;
  return (
    <div className="relative print:hidden">
      <Popover.Root open={isOpen}>
        <Popover.Anchor className="overflow-hidden rounded-lg border border-control bg-surface shadow-card focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
          <Textarea
            ref={inputRef}
            aria-label="Note"
            aria-autocomplete="list"
            aria-controls={isOpen ? mentions.listId : undefined}
            aria-activedescendant={isOpen ? `${mentions.listId}-${mentions.active}` : undefined}
            placeholder="Write a note; @ mentions somebody"
            rows={2}
            maxLength={LONGEST}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              look(event);
            }}
            onSelect={look}
            onFocus={({ currentTarget }) => setPage(currentTarget.closest("main"))}
            onBlur={mentions.close}
            onKeyDown={onKey}
            className="field-sizing-content max-h-72 min-h-13 resize-none rounded-none border-0 bg-transparent px-3 py-2 outline-none dark:bg-transparent"
          />
          <div className="flex items-center justify-end gap-3 px-2 pb-2">
            <Kbd keys={["Ctrl", "Enter"]} className="pointer-coarse:hidden" />
            <Button
              size="sm"
              variant={text.trim() === "" ? "secondary" : "primary"}
              disabled={text.trim() === ""}
              busy={save.isPending}
              onClick={submit}
            >
              Add note
            </Button>
          </div>
        </Popover.Anchor>
        <span role="status" className="sr-only">
          {isOpen ? `${mentions.found.length} ${mentions.found.length === 1 ? "person" : "people"} found` : ""}
        </span>
        <People mentions={mentions} within={page} />
      </Popover.Root>
    </div>
  );
}

/** Beneath the note, or above it where `within`, the page, has no room: never under the bar of a phone. */
function People({ mentions, within }: { mentions: Mentions; within: Element | null }) {
  const { listId, found, active, setActive, choose } = mentions;
  return (
    <Popover.Content
      asChild
      align="start"
      sideOffset={4}
      collisionBoundary={within ?? []}
      collisionPadding={8}
      // The text keeps the focus.
      onOpenAutoFocus={keepFocus}
      onCloseAutoFocus={keepFocus}
    >
      <ul
        id={listId}
        role="listbox"
        aria-label="People to mention"
        className="z-10 max-h-(--radix-popover-content-available-height) w-80 max-w-(--radix-popover-trigger-width) animate-pop overflow-y-auto rounded-lg bg-raised p-1 shadow-pop"
      >
        {found.map((person, index) => (
          <li
            key={person.email}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            // The text keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setActive(index)}
            onClick={() => choose(person)}
            className={cn(
              "flex h-9 items-center gap-2.5 rounded-md px-2 select-none pointer-coarse:h-11",
              index === active && "bg-selected",
            )}
          >
            <Avatar name={person.name} size="sm" />
            <span className="truncate font-medium">{person.name}</span>
            <span className="ml-auto truncate text-xs text-muted">{person.role}</span>
          </li>
        ))}
      </ul>
    </Popover.Content>
  );
}

const keepFocus = (event: Event): void => event.preventDefault();
