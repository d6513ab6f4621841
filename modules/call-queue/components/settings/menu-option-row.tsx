"use client";

import { X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { MenuView } from "../../call-entry.schemas";
import { languageName, VOICES } from "./announcement-words";

export type DraftOption = MenuView["options"][number];

/** The keys of a telephone, in the order in which a menu takes them. */
export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"] as const;
const SAME = "same";

export interface MenuOptionRowProps {
  option: DraftOption;
  /** Keys that are given already, this one's among them. */
  taken: readonly string[];
  queues: readonly { value: string; label: string }[];
  onChange: (option: DraftOption) => void;
  onRemove: () => void;
}

/** One key of a menu: what it is called, where it leads, and in which language the call goes on. */
export function MenuOptionRow({ option, taken, queues, onChange, onRemove }: MenuOptionRowProps) {
  const { digit, label, queueId, language } = option;
  const name = `Key ${digit}`;
  const voices = language === null || VOICES.includes(language) ? VOICES : [...VOICES, language];
  return (
    <div className="grid grid-cols-[4rem_minmax(0,1fr)_2rem] items-center gap-2 rounded-md border border-line p-2">
      <Select
        label={name}
        value={digit}
        options={KEYS.filter((key) => key === digit || !taken.includes(key)).map((key) => ({ value: key, label: key }))}
        onChange={(key) => onChange({ ...option, digit: key })}
      />
      <Input
        aria-label={`${name}: what it is`}
        placeholder="What it is"
        maxLength={80}
        value={label}
        onChange={({ target }) => onChange({ ...option, label: target.value })}
      />
      <IconButton label={`Remove key ${digit}`} size="sm" onClick={onRemove}>
        <X />
      </IconButton>
      <span className="col-span-3 grid gap-2 sm:grid-cols-2">
        <Select
          label={`${name}: queue`}
          value={queueId}
          options={queues}
          onChange={(chosen) => onChange({ ...option, queueId: chosen })}
        />
        <Select
          label={`${name}: language`}
          value={language ?? SAME}
          options={[
            { value: SAME, label: "Language as before" },
            ...voices.map((value) => ({ value, label: languageName(value) })),
          ]}
          onChange={(chosen) => onChange({ ...option, language: chosen === SAME ? null : chosen })}
        />
      </span>
    </div>
  );
}
