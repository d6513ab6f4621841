import { parsePhoneNumberFromString } from "libphonenumber-js";
import { z } from "zod";
import { calendarDate } from "@/lib/http/fields";
import { dateExample, type DateReading, readDate } from "@/lib/read-date";
import { distinctTags, MAX_TAG_LENGTH, MAX_TAGS } from "../domain/lead";
import { agentFields } from "../domain/permissions";
import type { Lead } from "../schemas";
import { priorities, priorityWords } from "./lead-words";

/** The facts of a lead that cells change. */
export const editableFields = [
  "name",
  "phone",
  "email",
  "source",
  "disposition",
  "priority",
  "tags",
  "assigned_agent",
  "follow_up_on",
] as const;
export type EditableField = (typeof editableFields)[number];
export type CellValue = string | string[] | null;

export const isEditableField = (column: string): column is EditableField =>
  (editableFields as readonly string[]).includes(column);

/** What texts are read with: the choices there are. */
export interface Choices {
  dispositions: readonly { code: string; label: string }[];
  agents: readonly { agent_id: string; name: string }[];
  dates: DateReading;
}

export type Coerced = { value: CellValue } | { error: string };

/** The agent of a lead that nobody has. */
export const NOBODY = "Unassigned";

const MAX_NAME = 200;
const MAX_SOURCE = 80;
const email = z.email();

/** Reads what was typed or pasted into a cell as the value of its field; or says, in words, why it is none. */
export function coerce(field: EditableField, text: string, choices: Choices): Coerced {
  const trimmed = text.trim();
  switch (field) {
    case "name":
      return bounded(trimmed, "A name", MAX_NAME);
    case "source":
      return bounded(trimmed, "A source", MAX_SOURCE);
    case "phone": {
      const parsed = parsePhoneNumberFromString(trimmed, "US");
      if (parsed?.isPossible()) return { value: parsed.number };
      return { error: "This is not a phone number; write it with its country code." };
    }
    case "email": {
      if (trimmed === "") return { value: null };
      const address = trimmed.toLowerCase();
      return email.safeParse(address).success ? { value: address } : { error: "This is not an e-mail address." };
    }
    case "priority":
      return oneOf(
        trimmed,
        priorities.map((value) => ({ value, label: priorityWords[value].label })),
        "priority",
      );
    case "disposition":
      return oneOf(
        trimmed,
        choices.dispositions.map(({ code, label }) => ({ value: code, label })),
        "disposition",
      );
    case "assigned_agent":
      if (trimmed === "" || trimmed.toLowerCase() === NOBODY.toLowerCase()) return { value: null };
      return oneOf(
        trimmed,
        choices.agents.map(({ agent_id, name }) => ({ value: agent_id, label: name })),
        "agent",
      );
    case "tags":
      return tagsOf(trimmed);
    case "follow_up_on":
      return followUpOf(trimmed, choices.dates);
  }
}

/** What a cell becomes when it is emptied. */
export function emptied(field: EditableField): Coerced {
  switch (field) {
    case "email":
    case "assigned_agent":
    case "follow_up_on":
      return { value: null };
    case "tags":
      return { value: [] };
    case "priority":
      return { value: "normal" };
    case "name":
    case "phone":
    case "source":
    case "disposition":
      return { error: "This cannot be empty." };
  }
}

function bounded(text: string, what: string, most: number): Coerced {
  if (text === "") return { error: `${what} cannot be empty.` };
  return text.length > most ? { error: `${what} has at most ${most} characters.` } : { value: text };
}

function oneOf(text: string, known: readonly { value: string; label: string }[], what: string): Coerced {
  const wanted = text.toLowerCase();
  const exact = known.find(({ value }) => value.toLowerCase() === wanted);
  if (exact) return { value: exact.value };
  const [named, second] = known.filter(({ label }) => label.toLowerCase() === wanted);
  if (named && second) return { error: `There are several of this name; write the e-mail address.` };
  return named ? { value: named.value } : { error: `There is no ${what} “${text.slice(0, 40)}”.` };
}

/** Reads a follow-up's date as somebody wrote it: none when empty. */
export function followUpOf(text: string, reading: DateReading): { value: string | null } | { error: string } {
  if (text.trim() === "") return { value: null };
  const date = readDate(text, reading);
  if (date === undefined) return { error: `This is no date; write it as ${dateExample(reading)} or 2026-12-31.` };
  const problem = dateProblem(date);
  return problem === undefined ? { value: date } : { error: problem };
}

/** What is wrong with a follow-up's date, in words. */
export function dateProblem(date: string): string | undefined {
  const checked = calendarDate.safeParse(date);
  return checked.success ? undefined : `A date ${checked.error.issues[0]?.message ?? "does not fit"}.`;
}

function tagsOf(text: string): Coerced {
  const tags = distinctTags(text.split(/[,;\n]/));
  if (tags.length > MAX_TAGS) return { error: `A lead has at most ${MAX_TAGS} tags.` };
  const long = tags.find((tag) => tag.length > MAX_TAG_LENGTH);
  return long === undefined ? { value: tags } : { error: `A tag has at most ${MAX_TAG_LENGTH} characters.` };
}

/** What a cell holds, as one types it. */
export function editText(field: EditableField, lead: Lead): string {
  const value = lead[field];
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}

export const sameValue = (one: CellValue, other: CellValue): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Whether this person may try to change this cell; the server has the last word. */
export function mayEdit(field: EditableField, lead: Lead, person: { isStaff: boolean; email: string }): boolean {
  if (lead.locked !== null) return false;
  if (person.isStaff) return true;
  return lead.assigned_agent === person.email && (agentFields as readonly string[]).includes(field);
}
