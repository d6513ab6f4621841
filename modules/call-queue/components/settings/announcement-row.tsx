"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Volume2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Textarea } from "@/components/ui/input";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { putAnnouncement, type AnnouncementView } from "../../announcements.schemas";
import { asSpoken, problemInWords, textProblem } from "../../domain/announcements/wording";
import { announcementWords } from "./announcement-words";
import { announcementsKey } from "./queue-queries";
import type { Reader } from "./use-reader";

export interface AnnouncementRowProps {
  announcement: AnnouncementView;
  language: string;
  queueId: string | undefined;
  reader: Reader;
}

/** One announcement: its text, how it sounds with examples in it, and the way back to the default. */
export function AnnouncementRow({ announcement, language, queueId, reader }: AnnouncementRowProps) {
  const { key, shipped, house, own, text } = announcement;
  const { label, when } = announcementWords[key];
  const [typed, setTyped] = useState<string>();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (words: string | null) =>
      api(putAnnouncement, {
        params: { language, key },
        body: { text: words, ...(queueId === undefined ? {} : { queueId }) },
      }),
    onSuccess: () => setTyped(undefined),
    onError: (error) => toastFailure(`${label} was not changed`, inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: announcementsKey }),
  });
  const draft = typed ?? text;
  const problem = textProblem(key, draft);
  const error = draft.trim() === "" ? "Callers must hear something." : problem && problemInWords(key, problem);
  const changed = typed !== undefined && typed.trim() !== text;
  const written = queueId === undefined ? house !== null : own !== null;
  const missing = shipped === null && house === null && own === null;
  const spoken = asSpoken(draft, language);
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[11rem_minmax(0,1fr)]" data-testid={`text-${key}`}>
      <div className="flex flex-col items-start gap-1">
        <h3 className="text-sm font-medium">{label}</h3>
        <p className="text-xs text-muted">{when}</p>
        {written && <Badge>{queueId === undefined ? "Your own words" : "This queue's own"}</Badge>}
        {missing && <Badge tone="caution">In English so far</Badge>}
      </div>
      <form
        className="flex min-w-0 flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed && error === undefined) save.mutate(draft.trim());
        }}
      >
        <Field label={`${label}: text`} hideLabel error={error}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={600}
              lang={missing ? "en" : language}
              value={draft}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-center gap-2">
          <IconButton
            label={`Listen: ${label}`}
            size="sm"
            disabled={!reader.speaks || error !== undefined}
            onClick={() => reader.read(spoken)}
          >
            <Volume2 />
          </IconButton>
          {announcement.placeholders.length > 0 && error === undefined && (
            <p className="min-w-0 flex-1 text-sm text-muted" lang={language}>
              “{spoken}”
            </p>
          )}
          {changed && (
            <>
              <Button
                type="submit"
                size="sm"
                variant="primary"
                busy={save.isPending}
                disabled={error !== undefined}
                aria-label={`Save: ${label}`}
              >
                Save
              </Button>
              <Button size="sm" variant="ghost" onClick={() => setTyped(undefined)}>
                Undo changes
              </Button>
            </>
          )}
          {written && !changed && (
            <Button
              size="sm"
              variant="ghost"
              busy={save.isPending}
              onClick={() => save.mutate(null)}
              aria-label={`Reset to default: ${label}`}
            >
              Reset to default
            </Button>
          )}
        </div>
      </form>
    </li>
  );
}
