"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type KeyboardEvent, type RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { addNote } from "../schemas";

const LONGEST = 10_000;

/** Writes a note. What was typed stays until the server has it. */
export function NoteComposer({
  leadId,
  inputRef,
}: {
  leadId: string;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const save = useMutation({
    mutationFn: (note: string) => api(addNote, { params: { leadId }, body: { text: note } }),
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
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape") inputRef.current?.blur();
  };
  return (
    <div className="overflow-hidden rounded-lg border border-control bg-surface shadow-card focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
      <Textarea
        ref={inputRef}
        aria-label="Note"
        placeholder="Write a note"
        rows={2}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => setText(event.target.value)}
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
    </div>
  );
}
