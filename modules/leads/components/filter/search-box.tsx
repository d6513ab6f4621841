"use client";

import { Search, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useId, useState, type KeyboardEvent, type RefObject } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { InputWithIcon } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { useDebounced } from "@/lib/client/use-debounced";
import type { LeadFilter } from "../../domain/lead-filter";
import { filterWords } from "./filter-fields";
import { type ReadFilter, readFilterText, type TextProblem } from "./filter-text";
import { bothOf } from "./filter-tree";
import { useFilterCount } from "./use-filter-count";
import { type FilterWorld, useFilterWorld } from "./use-filter-world";

const TYPING_MS = 220;

export interface SearchBoxProps {
  q: string;
  onChange: (q: string) => void;
  /** Conditions that were typed, such as priority:high. */
  onFilter: (filter: LeadFilter) => void;
  /** What holds already beside the conditions that are typed: they are counted within it. */
  within: LeadFilter;
  inputRef: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}

/** Words to search for; and conditions, typed as `priority:high tag:hot`, which Enter adds to the filter. */
export function SearchBox({ q, onChange, onFilter, within, inputRef, onLeave }: SearchBoxProps) {
  const [words, setWords] = useState(q);
  // What this box has asked for itself; anything else was set elsewhere, such as by Clear or a view.
  const [asked, setAsked] = useState(q);
  const [shown, setShown] = useState(q);
  if (q !== shown) {
    setShown(q);
    if (q !== asked) {
      setAsked(q);
      setWords(q);
    }
  }
  const [focused, setFocused] = useState(false);
  const world = useFilterWorld();
  const read = readFilterText(words, world);
  const id = useId();
  // Conditions wait for Enter; plain words are searched as they are typed.
  const settled = useDebounced(read.structured ? q : words.trim(), TYPING_MS);
  useEffect(() => {
    if (settled === q) return;
    setAsked(settled);
    onChange(settled);
    // Only typing moves the filter; a filter that was set elsewhere must not be typed over.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [settled]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && read.structured) {
      event.preventDefault();
      if (!read.filter || read.problems.length > 0) return;
      setWords("");
      onFilter(read.filter);
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      onLeave();
    } else if (event.key === "Escape") {
      if (words === "") onLeave();
      else if (read.structured) setWords("");
    }
  };
  const open = focused && read.structured;
  return (
    <Popover.Root open={open}>
      <Popover.Anchor asChild>
        <div className="w-64 max-sm:w-0 max-sm:flex-1 xl:min-w-36 xl:shrink-20">
          <InputWithIcon
            ref={inputRef}
            type="search"
            icon={<Search />}
            aria-label="Search leads by name, e-mail or number, or by conditions such as priority:high"
            aria-describedby={open ? id : undefined}
            aria-invalid={(open && read.problems.length > 0) || undefined}
            placeholder="Name, number, priority:high"
            spellCheck={false}
            autoComplete="off"
            value={words}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={onKeyDown}
            className="[&_input::-webkit-search-cancel-button]:hidden"
            trailing={
              words === "" ? (
                <Kbd keys={["/"]} className="mr-1 pointer-coarse:hidden" />
              ) : (
                <IconButton
                  label="Empty the search"
                  size="sm"
                  tooltip={null}
                  className="size-6"
                  onClick={() => setWords("")}
                >
                  <X />
                </IconButton>
              )
            }
          />
        </div>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          id={id}
          role="region"
          aria-label="What is being typed"
          align="start"
          sideOffset={6}
          onOpenAutoFocus={(event) => event.preventDefault()}
          // The focus stays where one types.
          onPointerDown={(event) => event.preventDefault()}
          className="z-30 w-96 max-w-[calc(100vw-2rem)] rounded-lg bg-raised p-3 text-sm shadow-pop"
        >
          <Reading text={words} read={read} within={within} world={world} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ReadingProps {
  text: string;
  read: ReadFilter;
  within: LeadFilter;
  world: FilterWorld;
}

function Reading({ text, read, within, world }: ReadingProps) {
  const [problem] = read.problems;
  const count = useFilterCount(problem ? undefined : bothOf(read.filter && within, read.filter));
  if (problem) return <Problem text={text} problem={problem} />;
  return (
    <div role="status" className="flex flex-col gap-1">
      <span>{read.filter && filterWords(read.filter, world.names)}</span>
      <span className="flex items-center gap-2 text-xs text-muted tabular-nums">
        <span className="flex-1">{count}</span>
        <Kbd keys={["Enter"]} /> adds it to the filter
      </span>
    </div>
  );
}

/** What is wrong, and where: the characters that cannot be read stand out. */
function Problem({ text, problem: { from, to, message } }: { text: string; problem: TextProblem }) {
  return (
    <div role="alert">
      <p aria-hidden className="font-mono text-xs break-all text-muted">
        {text.slice(0, from)}
        <mark className="rounded-sm bg-danger-subtle text-danger-text underline decoration-wavy">
          {text.slice(from, to)}
        </mark>
        {text.slice(to)}
      </p>
      <p className="mt-1 text-danger-text">
        {message} <span className="text-muted">(at character {from + 1})</span>
      </p>
    </div>
  );
}
