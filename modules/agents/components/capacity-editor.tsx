"use client";

import { Pencil } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { Input } from "@/components/ui/input";
import { CapacityBar } from "@/components/ui/meter";
import { useChangeCapacity, type ListedAgent } from "./agent-queries";

const MOST = 100_000;

/** An agent's load as a bar; its maximum can be changed in place. */
export function CapacityEditor({ agent }: { agent: ListedAgent }) {
  const [editing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  if (!agent.capacity) return null;
  const { current, max } = agent.capacity;
  const close = () => {
    setEditing(false);
    // The button is drawn again first.
    requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <div className="flex items-center gap-1">
      <CapacityBar current={current} max={max} label={`Open leads of ${agent.name}`} bare className="min-w-14 flex-1" />
      {editing ? (
        <MaxInput agent={agent} max={max} onDone={close} />
      ) : (
        <button
          ref={opener}
          type="button"
          onClick={() => setEditing(true)}
          className="group/edit flex h-6 w-19 shrink-0 items-center justify-end gap-1 rounded-sm pl-1 text-xs tabular-nums hover:bg-track"
        >
          <Pencil
            aria-hidden
            className="size-3 text-muted opacity-0 group-hover/edit:opacity-100 group-focus-visible/edit:opacity-100"
          />
          <span className="sr-only">Capacity of {agent.name}:</span>
          <span className={current > max ? "font-semibold text-danger-text" : "font-medium"}>{current}</span>
          <span className="min-w-7 pr-1 text-left text-muted">{`/ ${max}`}</span>
          <span className="sr-only">Change</span>
        </button>
      )}
    </div>
  );
}

function MaxInput({ agent, max, onDone }: { agent: ListedAgent; max: number; onDone: () => void }) {
  const change = useChangeCapacity();
  const [text, setText] = useState(String(max));
  const value = Number(text);
  const valid = text.trim() !== "" && Number.isInteger(value) && value >= 0 && value <= MOST;
  const finished = useRef(false);
  const finish = (save: boolean) => {
    if (finished.current) return; // Leaving the field follows Enter and Escape.
    if (save && !valid) return;
    finished.current = true;
    if (save && value !== max) change({ agent, max_capacity: value });
    onDone();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") finish(true);
    if (event.key === "Escape") finish(false);
  };
  return (
    <Input
      autoFocus
      inputMode="numeric"
      aria-label={`Most open leads of ${agent.name}`}
      aria-invalid={!valid}
      title={valid ? "Enter saves, Escape leaves it" : `A whole number from 0 to ${MOST}`}
      value={text}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKey}
      onBlur={() => finish(valid)}
      className="h-6 w-20 shrink-0 rounded-sm px-1.5 text-right text-xs tabular-nums pointer-coarse:h-8 pointer-coarse:text-base"
    />
  );
}
