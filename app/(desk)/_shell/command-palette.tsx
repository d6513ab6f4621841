"use client";

import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { Kbd } from "@/components/ui/kbd";
import { usePaletteResults } from "./palette-results";
import { useShell } from "./shell-state";
import { useFirstMarked } from "./use-first-marked";

const itemClass =
  "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm select-none data-[selected=true]:bg-selected pointer-coarse:h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";
const groupClass =
  "px-1.5 pb-1.5 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

/** Ctrl+K: every page, every command, people, and any lead by name or number; a whole number can be called. */
export function CommandPalette() {
  const { paletteOpen, setPaletteOpen } = useShell();
  return (
    <Radix.Root open={paletteOpen} onOpenChange={setPaletteOpen}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-3 z-50 mx-auto max-w-xl animate-pop overflow-hidden rounded-xl bg-raised shadow-dialog outline-none sm:top-[14vh]"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Palette close={() => setPaletteOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Palette({ close }: { close: () => void }) {
  const [words, setWords] = useState("");
  // Not deferred: Enter takes what stands first for the words typed so far.
  const { groups, message } = usePaletteResults(words);
  const marking = useFirstMarked(words, groups[0]?.entries[0]?.value);
  return (
    <Command {...marking} shouldFilter={false} loop label="Search and commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <Command.Input
          value={words}
          onValueChange={setWords}
          placeholder="Find a lead, a person, a page, a command"
          className="h-12 w-full bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
        <Kbd keys={["Esc"]} className="max-sm:hidden" />
      </div>
      <p role="status" className="px-4 pt-3 text-sm text-muted empty:hidden">
        {message}
      </p>
      <Command.List label="Results" className="max-h-[56vh] overflow-y-auto pt-1">
        {groups.map(({ heading, entries }) => (
          <Command.Group key={heading} heading={heading} className={groupClass}>
            {entries.map(({ value, icon, content, action }) => (
              <Command.Item
                key={value}
                value={value}
                onSelect={() => {
                  close();
                  action();
                }}
                className={itemClass}
              >
                {icon}
                {content}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
