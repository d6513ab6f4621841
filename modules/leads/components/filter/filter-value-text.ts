import { type FilterField, type FilterLeaf, kindOf, type LeadFilter, opsOf } from "../../domain/lead-filter";
import { readDate } from "@/lib/read-date";
import { fieldWords, type Window } from "./filter-fields";

/*
 * What is typed behind a field and its colon (see filter-text.ts).
 *
 * Beside instants: a day (2026-11-30), or a length back from now (7d; m, h, d, w). Beside dates: a date as the person
 * writes it, today, tomorrow, or so many days from now (+7).
 */

/** What names, days and dates mean where the person is. */
export interface TextWorld {
  dispositions: readonly { code: string; label: string }[];
  /** Empty where they are not known: then an e-mail is taken as it is. */
  agents: readonly { agent_id: string; name: string }[];
  me: string;
  /** When a day begins where the person is. */
  dayStart: (day: string) => Date;
  /** How dates are written, and which one it is where the person is. */
  locale: string;
  today: string;
}

const DAY_MS = 86_400_000;

/** A word as it is looked for: quotes only hold spaces together. */
export const unquoted = (text: string): string => text.replaceAll('"', "");

/** A list's parts; commas in quotes are part of them. */
const listed = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((each) => unquoted(each).trim());

type Read = FilterLeaf | { and: LeadFilter[] };

/** A condition, or in words why the value is none. */
export function readValue(field: FilterField, text: string, world: TextWorld): Read | string {
  const ops = opsOf(field);
  if (text === "none" && ops.includes("is_empty")) return { field, op: "is_empty" };
  if (text === "any" && ops.includes("is_not_empty")) return { field, op: "is_not_empty" };
  const kind = kindOf(field);
  if (kind === "presence") return onOff(field, text);
  if (kind === "instant") return instantValue(field, text, world);
  const compared = /^(>=|<=|>|<)(.+)$/s.exec(text);
  if (compared) {
    const op = ({ ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const)[compared[1] as ">"];
    if (!ops.includes(op)) return `${fieldWords[field].label} is not compared; write its value alone.`;
    return withScalar(scalarOf(field, compared[2] ?? "", world), (value) => ({ field, op, value }));
  }
  const range = /^(.+?)\.\.(.+)$/s.exec(text);
  if (range && ops.includes("between")) {
    return withScalar(scalarOf(field, range[1] ?? "", world), (low) =>
      withScalar(scalarOf(field, range[2] ?? "", world), (high) => ({ field, op: "between", value: [low, high] })),
    );
  }
  const values: unknown[] = [];
  for (const each of listed(text)) {
    const scalar = scalarOf(field, each, world);
    if ("error" in scalar) return scalar.error;
    values.push(scalar.value);
  }
  if (values.length === 0) return "Write at least one value.";
  if (values.length > 1) return ops.includes("in") ? { field, op: "in", value: values } : "Only one value fits here.";
  const wild = kind === "text" || kind === "tags" || kind === "free_text";
  const exact = kind === "text" && /^".*"$/s.test(text);
  return { field, op: wild && !exact ? "contains" : "eq", value: values[0] };
}

function onOff(field: FilterField, text: string): FilterLeaf | string {
  if (text === "yes") return { field, op: "is_not_empty" };
  return text === "no" ? { field, op: "is_empty" } : "Write yes or no.";
}

type Scalar = { value: unknown } | { error: string };

function withScalar(scalar: Scalar, make: (value: unknown) => Read | string): Read | string {
  return "error" in scalar ? scalar.error : make(scalar.value);
}

function scalarOf(field: FilterField, text: string, world: TextWorld): Scalar {
  const { dispositions, agents, me, locale, today } = world;
  const wanted = unquoted(text).trim();
  const lower = wanted.toLowerCase();
  switch (kindOf(field)) {
    case "priority":
      return ["normal", "high", "urgent"].includes(lower)
        ? { value: lower }
        : { error: `“${wanted}” is no priority: write normal, high or urgent.` };
    case "number": {
      const number = Number(wanted);
      return wanted !== "" && Number.isFinite(number) ? { value: number } : { error: `“${wanted}” is no number.` };
    }
    case "choice": {
      if (field !== "disposition") return { value: wanted };
      const found = dispositions.find(
        ({ code, label }) => code.toLowerCase() === lower || label.toLowerCase() === lower,
      );
      return found ? { value: found.code } : { error: `There is no disposition “${wanted}”.` };
    }
    case "agent": {
      if (lower === "me") return { value: me };
      if (lower.includes("@")) return { value: lower };
      const found = agents.filter(({ name }) => name.toLowerCase().includes(lower));
      const [one] = found;
      if (one && found.length === 1) return { value: one.agent_id };
      return { error: one ? `Several agents are called “${wanted}”.` : `There is no agent “${wanted}”.` };
    }
    case "date": {
      const date = readDate(wanted, { locale, today });
      return date === undefined
        ? { error: `“${wanted}” is no date: write 2026-11-30, today, tomorrow or +7.` }
        : { value: date };
    }
    default:
      return { value: wanted };
  }
}

const UNITS: Readonly<Record<string, Window["unit"]>> = { m: "minutes", h: "hours", d: "days", w: "weeks" };

function instantValue(field: FilterField, text: string, { dayStart }: TextWorld): Read | string {
  const length = /^(\d{1,5})([mhdw])$/.exec(text);
  if (length) return { field, op: "within_last", value: { n: Number(length[1]), unit: UNITS[length[2] ?? ""] } };
  const range = /^(.+?)\.\.(.+)$/.exec(text);
  const compared = /^(>=|<=|>|<)?(.+)$/.exec(text);
  const first = range ? (range[1] ?? "") : (compared?.[2] ?? "");
  const last = range ? (range[2] ?? "") : first;
  if (!isDay(first) || !isDay(last)) {
    return "Write a day such as 2026-11-30, two with .. between them, or a length such as 7d.";
  }
  const start = dayStart(first).toISOString();
  const end = dayStart(nextDay(last)).toISOString();
  switch (compared?.[1]) {
    case ">":
      return { field, op: "gte", value: end };
    case ">=":
      return { field, op: "gte", value: start };
    case "<":
      return { field, op: "lt", value: start };
    case "<=":
      return { field, op: "lt", value: end };
    default:
      return {
        and: [
          { field, op: "gte", value: start },
          { field, op: "lt", value: end },
        ],
      };
  }
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
const nextDay = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
