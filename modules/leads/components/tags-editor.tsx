"use client";

import { Plus, X } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { Badge } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { distinctTags, MAX_TAG_LENGTH } from "../domain/lead";

export interface TagsEditorProps {
  tags: readonly string[];
  editable: boolean;
  onSave: (tags: string[]) => void;
}

/** Tags as chips; a comma or Enter adds one, its cross takes it away. */
export function TagsEditor({ tags, editable, onSave }: TagsEditorProps) {
  const [draft, setDraft] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setDraft(undefined);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const add = (keepOpen: boolean) => {
    const after = distinctTags([...tags, draft?.trim().replace(/,$/, "") ?? ""]);
    if (after.length > tags.length) onSave(after);
    setDraft(keepOpen ? "" : undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      if (draft === "") close();
      else add(true);
    } else if (event.key === "Escape") close();
    else if (event.key === "Backspace" && draft === "" && tags.length > 0) onSave(tags.slice(0, -1));
  };
  return (
    <div className="flex flex-wrap items-center gap-1">
      {tags.map((tag) => (
        <Badge key={tag} className={editable ? "h-6 pr-0 print:pr-1.5" : "h-6"}>
          <span className="truncate">{tag}</span>
          {editable && (
            <button
              type="button"
              aria-label={`Remove ${tag}`}
              onClick={() => onSave(tags.filter((each) => each !== tag))}
              className="flex size-6 items-center justify-center rounded-sm hover:text-text print:hidden"
            >
              <X aria-hidden className="size-3" />
            </button>
          )}
        </Badge>
      ))}
      {draft !== undefined ? (
        <Input
          autoFocus
          aria-label="New tag"
          maxLength={MAX_TAG_LENGTH}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKey}
          onBlur={() => add(false)}
          className="h-6 w-28 rounded-sm px-1.5 text-xs"
        />
      ) : (
        editable && (
          <button
            ref={opener}
            type="button"
            onClick={() => setDraft("")}
            className="flex h-6 items-center gap-1 rounded-sm px-1.5 text-xs text-muted hover:bg-hover hover:text-text print:hidden dark:hover:bg-track"
          >
            <Plus aria-hidden className="size-3" /> Add tag
          </button>
        )
      )}
      {!editable && tags.length === 0 && <span className="text-muted">None</span>}
    </div>
  );
}
