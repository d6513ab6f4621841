import {
  checkFilter,
  type FilterField,
  type FilterLeaf,
  kindOf,
  type LeadFilter,
  opsOf,
} from "../../domain/lead-filter";
import { AppError } from "@/lib/errors";
import { readDate } from "@/lib/read-date";
import { fieldNamed, fieldWords, type Window } from "./filter-fields";

/*
 * Filters as one types them: `priority:high tag:hot assigned:none`, words beside them, `OR`, brackets, and a minus
 * before what shall not be.
 *
 *   all  = and { "OR" and }          and = part { part }
 *   part = "-" part | "(" all ")" | field ":" value | word
 *   value = one | one "," one ... | (">" | ">=" | "<" | "<=") one | one ".." one | "none" | "any"
 *   one  = characters without spaces and brackets, or "in quotes"
 *
 * Beside instants: a day (2026-11-30), or a length back from now (7d; m, h, d, w). Beside dates: a date as the person
 * writes it, today, tomorrow, or so many days from now (+7).
 */

/** What is wrong, and with which characters of the text. */
export interface TextProblem {
  from: number;
  to: number;
  message: string;
}

export interface ReadFilter {
  /** What was understood; undefined when nothing was written. */
  filter: LeadFilter | undefined;
  /** Whether anything but plain words was written. */
  structured: boolean;
  problems: TextProblem[];
}

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

interface Token {
  kind: "(" | ")" | "-" | "or" | "term";
  text: string;
  from: number;
  to: number;
}

const MAX_LENGTH = 2_000;
const DAY_MS = 86_400_000;

/** Reads a typed filter; never throws: what cannot be read is a problem with its place. */
export function readFilterText(text: string, world: TextWorld): ReadFilter {
  const problems: TextProblem[] = [];
  if (text.length > MAX_LENGTH) {
    problems.push({ from: MAX_LENGTH, to: text.length, message: `A filter has at most ${MAX_LENGTH} characters.` });
  }
  const tokens = tokensOf(text.slice(0, MAX_LENGTH), problems);
  const reader = new Reader(tokens, world, problems);
  const filter = reader.all();
  // Brackets and minuses alone are how people write phone numbers.
  const structured = tokens.some(({ kind, text: word }) => kind === "or" || fieldOf(word) !== undefined);
  if (filter && problems.length === 0) refuseUnfit(filter, text, problems);
  return { filter, structured, problems };
}

function refuseUnfit(filter: LeadFilter, text: string, problems: TextProblem[]): void {
  try {
    checkFilter(filter);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push({ from: 0, to: text.length, message: error.message });
  }
}

function tokensOf(text: string, problems: TextProblem[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (character === "(" || character === ")" || (character === "-" && /\S/.test(text[at + 1] ?? ""))) {
      tokens.push({ kind: character, text: character, from: at, to: at + 1 });
      at += 1;
      continue;
    }
    const from = at;
    let quoted = false;
    while (at < text.length && (quoted || !/[\s()]/.test(text[at] ?? ""))) {
      if (text[at] === '"') quoted = !quoted;
      at += 1;
    }
    if (quoted) problems.push({ from: text.indexOf('"', from), to: at, message: "This quote is never closed." });
    const word = text.slice(from, at);
    tokens.push({ kind: word === "OR" ? "or" : "term", text: word, from, to: at });
  }
  return tokens;
}

/** A term's field and where its value begins; undefined for plain words, e-mail addresses and times among them. */
function fieldOf(term: string): { name: string; value: string } | undefined {
  const match = /^([A-Za-z][A-Za-z_-]*):(?!\/\/)(.*)$/s.exec(term);
  return match ? { name: match[1] ?? "", value: match[2] ?? "" } : undefined;
}

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly world: TextWorld,
    private readonly problems: TextProblem[],
  ) {}

  all(): LeadFilter | undefined {
    const filter = this.either();
    const rest = this.tokens[this.at];
    if (rest) this.problem(rest, "There is no opening bracket to this one.");
    return filter;
  }

  private either(): LeadFilter | undefined {
    const options = [this.both()];
    for (let token = this.tokens[this.at]; token?.kind === "or"; token = this.tokens[this.at]) {
      this.at += 1;
      const next = this.both();
      if (!next || !options[0]) this.problem(token, "OR stands between two conditions.");
      options.push(next);
    }
    return joined(
      options.filter((each) => each !== undefined),
      "or",
    );
  }

  private both(): LeadFilter | undefined {
    const parts: LeadFilter[] = [];
    for (
      let token = this.tokens[this.at];
      token && token.kind !== ")" && token.kind !== "or";
      token = this.tokens[this.at]
    ) {
      const part = this.part(token);
      if (part) parts.push(part);
    }
    return joined(parts, "and");
  }

  private part(token: Token): LeadFilter | undefined {
    this.at += 1;
    if (token.kind === "-") {
      const next = this.tokens[this.at];
      const part = next && next.kind !== ")" && next.kind !== "or" ? this.part(next) : undefined;
      if (!part && this.problems.length === 0) this.problem(token, "There is nothing behind this minus.");
      return part && { not: part };
    }
    if (token.kind === "(") {
      const inside = this.either();
      if (this.tokens[this.at]?.kind === ")") this.at += 1;
      else this.problem(token, "This bracket is never closed.");
      return inside;
    }
    const field = fieldOf(token.text);
    return field ? this.condition(token, field) : { field: "text", op: "contains", value: unquoted(token.text) };
  }

  private condition(token: Token, { name, value }: { name: string; value: string }): LeadFilter | undefined {
    const field = fieldNamed(name);
    const nameEnd = token.from + name.length;
    if (!field) {
      this.problems.push({ from: token.from, to: nameEnd, message: `There is no field “${name}”.` });
      return undefined;
    }
    const place = { from: nameEnd + 1, to: token.to };
    if (value === "") {
      this.problems.push({
        from: token.from,
        to: token.to,
        message: `Write what ${fieldWords[field].label} should be.`,
      });
      return undefined;
    }
    const read = readValue(field, value, this.world);
    if (typeof read !== "string") return read;
    this.problems.push({ ...place, message: read });
    return undefined;
  }

  private problem({ from, to }: Token, message: string): void {
    this.problems.push({ from, to, message });
  }
}

function joined(parts: readonly LeadFilter[], how: "and" | "or"): LeadFilter | undefined {
  if (parts.length <= 1) return parts[0];
  return how === "and" ? { and: [...parts] } : { or: [...parts] };
}

const unquoted = (text: string): string => text.replaceAll('"', "");

/** A list's parts; commas in quotes are part of them. */
const listed = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((each) => unquoted(each).trim());

type Read = FilterLeaf | { and: LeadFilter[] };

/** A condition, or in words why the value is none. */
function readValue(field: FilterField, text: string, world: TextWorld): Read | string {
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
