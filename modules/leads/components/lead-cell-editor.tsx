"use client";

import { createContext, use, useState } from "react";
import { ChoiceCellEditor, TextCellEditor, type CellOption } from "@/components/grid/cell-editors";
import { DateCellEditor } from "@/components/grid/date-cell-editor";
import type { EditorProps } from "@/components/grid/grid-types";
import { dateExample, readDate } from "@/lib/read-date";
import type { ListedAgent } from "@/modules/agents/components/agent-queries";
import type { Lead } from "../schemas";
import {
  type CellValue,
  type Choices,
  coerce,
  type EditableField,
  editText,
  isEditableField,
  NOBODY,
  sameValue,
} from "./cell-values";
import type { Write } from "./edit-journal";
import type { LeadEdits } from "./use-lead-edits";
import { priorities, priorityWords } from "./lead-words";

export interface LeadEditing {
  choices: Omit<Choices, "agents"> & { agents: readonly ListedAgent[] };
  write: LeadEdits["write"];
}

const EditingContext = createContext<LeadEditing | undefined>(undefined);
export const LeadEditingProvider = EditingContext.Provider;

/** The editor of one cell, by the kind of its field. */
export function LeadCellEditor({ row: lead, column, typed, close }: EditorProps<Lead>) {
  const editing = use(EditingContext);
  // What somebody else writes into this very cell while it is open must not be written over unseen.
  const [opened] = useState({ version: lead.version, value: valueOf(lead, column.id) });
  if (!editing || !isEditableField(column.id)) return null;
  const field = column.id;
  const save = (text: string): string | undefined => {
    const coerced = coerce(field, text, editing.choices);
    if ("error" in coerced) return coerced.error;
    const isSame = sameValue(valueOf(lead, field), opened.value);
    editing.write([writeOf(isSame ? lead : { ...lead, version: opened.version }, field, coerced.value)]);
    return undefined;
  };
  const abandon = (wanted: string, problem: string) => {
    const refusal = { tone: "refused" as const, words: problem.replace(/\.$/, ""), wanted };
    editing.write([], [{ leadId: lead.lead_id, field, refusal }]);
  };
  const common = { label: `${column.label} of ${lead.name}`, typed: typed !== undefined, save, abandon, close };
  const options = optionsOf(field, editing.choices);
  const text = typed ?? editText(field, lead);
  if (field === "follow_up_on") {
    const { dates } = editing.choices;
    return (
      <DateCellEditor
        {...common}
        text={text}
        read={(words) => readDate(words, dates)}
        today={dates.today}
        placeholder={dateExample(dates)}
      />
    );
  }
  return options ? (
    <ChoiceCellEditor {...common} text={text} options={options} />
  ) : (
    <TextCellEditor {...common} text={text} />
  );
}

const valueOf = (lead: Lead, column: string): CellValue => (isEditableField(column) ? lead[column] : null);

/** What writing this value into this cell means for the journal. */
export const writeOf = (lead: Lead, field: EditableField, after: Write["after"]): Write => ({
  leadId: lead.lead_id,
  name: lead.name,
  version: lead.version,
  field,
  before: lead[field],
  after,
});

function optionsOf(field: EditableField, choices: LeadEditing["choices"]): CellOption[] | undefined {
  switch (field) {
    case "priority":
      return priorities.map((value) => ({ value, label: priorityWords[value].label }));
    case "disposition":
      return choices.dispositions.map(({ code, label }) => ({ value: code, label }));
    case "assigned_agent":
      return [{ value: "", label: NOBODY }].concat(
        choices.agents
          .toSorted((one, other) => one.name.localeCompare(other.name))
          .map(({ agent_id, name, capacity }) => ({
            value: agent_id,
            label: name,
            ...(capacity && { hint: `${capacity.current} / ${capacity.max}` }),
          })),
      );
    case "name":
    case "phone":
    case "email":
    case "source":
    case "tags":
    case "follow_up_on":
      return undefined;
  }
}
