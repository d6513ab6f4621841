"use client";

import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { PhoneNumber } from "../phone-number";

export interface ListedNumber {
  number: string;
  words: string;
}

export interface NumberListCardProps {
  /** Of the headline, and of what belongs to it. */
  id: string;
  title: string;
  meta?: string | undefined;
  /** What the list is for, or how to find something in a long one. */
  before?: ReactNode;
  /** Undefined while it is being read. */
  numbers: readonly ListedNumber[] | undefined;
  /** Said of an empty list, or of one that could not be read. */
  empty: string;
  /** What is written beside a number, as its field's name. */
  wordsLabel: string;
  numberLabel: string;
  removeLabel: (one: ListedNumber) => string;
  onRemove: (number: string) => void;
  /** Answers whether it was added: then the fields are emptied. */
  onAdd: (one: ListedNumber) => Promise<boolean>;
  adding: boolean;
}

/** Numbers with a few words each: one added at the bottom, any taken off. */
export function NumberListCard(props: NumberListCardProps) {
  const { id, title, meta, before, numbers, empty, removeLabel, onRemove } = props;
  return (
    <Card aria-labelledby={id} className="min-w-0" data-testid={id}>
      <CardHeader id={id} title={title} meta={meta} />
      {before}
      <ul className="max-h-96 divide-y divide-line overflow-y-auto">
        {numbers?.length === 0 && <li className="px-4 py-3 text-sm text-muted">{empty}</li>}
        {numbers?.map((one) => (
          <li key={one.number} className="flex items-center gap-2 px-4 py-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{one.words}</span>
              <PhoneNumber number={one.number} className="text-xs text-muted" />
            </span>
            <IconButton label={removeLabel(one)} onClick={() => onRemove(one.number)}>
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
      <AddNumber {...props} />
    </Card>
  );
}

function AddNumber({ numberLabel, wordsLabel, onAdd, adding }: NumberListCardProps) {
  const [typed, setTyped] = useState({ number: "", words: "" });
  const complete = typed.number.trim() !== "" && typed.words.trim() !== "";
  const add = async (): Promise<void> => {
    if (complete && (await onAdd(typed))) setTyped({ number: "", words: "" });
  };
  return (
    <form
      className="flex flex-wrap gap-2 border-t border-line px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Input
        type="tel"
        aria-label={numberLabel}
        placeholder="+1 555 0100"
        maxLength={40}
        value={typed.number}
        onChange={({ target }) => setTyped({ ...typed, number: target.value })}
        className="min-w-32 flex-1"
      />
      <Input
        aria-label={wordsLabel}
        placeholder={wordsLabel}
        maxLength={80}
        value={typed.words}
        onChange={({ target }) => setTyped({ ...typed, words: target.value })}
        className="min-w-32 flex-1"
      />
      <Button type="submit" busy={adding} disabled={!complete}>
        Add
      </Button>
    </form>
  );
}
