"use client";

import { useRouter } from "next/navigation";
import { useId, type ReactNode } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { useMe } from "@/lib/client/me";
import { useShortcuts, useSingleKeys, type Shortcuts } from "@/lib/client/shortcuts";
import { navFor } from "./nav";
import { useShell } from "./shell-state";
import { useKeptFocus } from "./use-kept-focus";

/** Keys that work on every page, the focus that they need, and the sheet that lists all keys. */
export function GlobalShortcuts() {
  const router = useRouter();
  const { role, agentId } = useMe();
  useKeptFocus();
  const { paletteOpen, setPaletteOpen, shortcutsOpen, setShortcutsOpen } = useShell();
  const pages: Shortcuts = Object.fromEntries(
    navFor(role).map(({ key, href }) => [`g ${key}`, () => router.push(href)]),
  );
  useShortcuts({
    ...pages,
    "mod+k": () => setPaletteOpen(!paletteOpen),
    "?": () => setShortcutsOpen(true),
  });
  return (
    <Dialog open={shortcutsOpen} onOpenChange={setShortcutsOpen} title="Keyboard shortcuts" size="lg">
      <div className="gap-x-10 sm:columns-2 [&>section]:mb-5 [&>section]:break-inside-avoid">
        <Group title="Everywhere">
          <Row keys={["Ctrl", "K"]}>Search and commands</Row>
          <Row keys={["?"]}>This list</Row>
          {navFor(role).map((item) => (
            <Row key={item.href} keys={["G", item.key.toUpperCase()]}>
              Go to {item.label}
            </Row>
          ))}
          <Row keys={["Alt", "T"]}>To the latest message (undo)</Row>
        </Group>
        {agentId !== undefined && (
          <Group title="Softphone">
            <Row keys={["Alt", "A"]}>Accept the call</Row>
            <Row keys={["Alt", "X"]}>Decline the call</Row>
            <Row keys={["Alt", "M"]}>Mute, unmute</Row>
            <Row keys={["Alt", "L"]}>Hold, resume</Row>
            <Row keys={["Alt", "H"]}>End the call</Row>
            <Row keys={["Ctrl", "Enter"]}>Finish the wrap-up</Row>
          </Group>
        )}
        {role !== "agent" && (
          <Group title="Dashboard">
            <Row keys={["B"]}>Rebalance: suggest moves</Row>
            <Row keys={["Enter"]}>On a handle: move an agent’s leads</Row>
          </Group>
        )}
        {role === "agent" && (
          <Group title="My work">
            <Row keys={["J"]} or={["↓"]}>
              Next lead
            </Row>
            <Row keys={["C"]}>Call the lead</Row>
            <Row keys={["Enter"]}>Open the lead</Row>
          </Group>
        )}
        <Group title="Leads">
          <Row keys={["/"]}>Search leads</Row>
          <Row keys={["J"]} or={["↓"]}>
            Next lead
          </Row>
          <Row keys={["K"]} or={["↑"]}>
            Previous lead
          </Row>
          <Row keys={["Enter"]}>Open the lead</Row>
          <Row keys={["X"]}>Select the lead</Row>
          <Row keys={["Shift", "X"]}>Select up to the lead</Row>
          <Row keys={["Esc"]}>Clear the selection</Row>
          <Row keys={["N"]}>New lead</Row>
        </Group>
        <Group title="Cells of leads">
          <Row keys={["Enter"]} or={["F2"]}>
            Edit the cell, or just type
          </Row>
          <Row keys={["Tab"]}>Save and go right</Row>
          <Row keys={["Shift", "↓"]}>Select several</Row>
          <Row keys={["Ctrl", "A"]}>Select all cells</Row>
          <Row keys={["Ctrl", "C"]} or={["Ctrl", "V"]}>
            Copy, paste
          </Row>
          <Row keys={["Delete"]}>Empty the cells</Row>
          <Row keys={["Ctrl", "Z"]}>Undo</Row>
          <Row keys={["Ctrl", "Shift", "Z"]}>Do again</Row>
          <Row keys={["Ctrl", "Enter"]}>Open the lead</Row>
          <Row keys={["Alt", "↑"]}>Menu of the column</Row>
        </Group>
        <Group title="A lead">
          <Row keys={["A"]}>Assign or reassign</Row>
          <Row keys={["M"]}>Write a note</Row>
          <Row keys={["Ctrl", "Enter"]}>Save the note</Row>
          <Row keys={["Ctrl", "Z"]} or={["Ctrl", "Shift", "Z"]}>
            Undo a fact, do again
          </Row>
          <Row keys={["J"]} or={["K"]}>
            Next, previous in the list
          </Row>
          <Row keys={["U"]}>Back to the list</Row>
        </Group>
        <SingleKeys />
      </div>
    </Dialog>
  );
}

function SingleKeys() {
  const [on, set] = useSingleKeys();
  const id = useId();
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-muted">Single keys</h3>
      <div className="flex items-start gap-2.5 py-1">
        <Checkbox id={id} checked={on} onCheckedChange={(next) => set(next === true)} className="mt-0.5" />
        <label htmlFor={id}>
          Keys without Ctrl do something
          <span className="block text-xs text-muted">
            Turn this off if you dictate, or if keys are pressed by accident.
          </span>
        </label>
      </div>
    </section>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-muted">{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Row({ keys, or, children }: { keys: string[]; or?: string[]; children: ReactNode }) {
  return (
    <div className="flex h-7 items-center justify-between gap-4">
      <dt>{children}</dt>
      <dd className="flex items-center gap-1.5 text-xs text-muted">
        <Kbd keys={keys} />
        {or && (
          <>
            or <Kbd keys={or} />
          </>
        )}
      </dd>
    </div>
  );
}
