import { checkFilter, type LeadFilter } from "../../domain/lead-filter";
import { AppError } from "@/lib/errors";
import { fieldNamed, fieldWords } from "./filter-fields";
import { readValue, type TextWorld, unquoted } from "./filter-value-text";

/*
 * Filters as one types them: `priority:high tag:hot assigned:none`, words beside them, `OR`, brackets, and a minus
 * before what shall not be.
 *
 *   all  = and { "OR" and }          and = part { part }
 *   part = "-" part | "(" all ")" | field ":" value | word
 *   value = one | one "," one ... | (">" | ">=" | "<" | "<=") one | one ".." one | "none" | "any"
 *   one  = characters without spaces and brackets, or "in quotes"
 *
 * What values may be: filter-value-text.ts.
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

interface Token {
  kind: "(" | ")" | "-" | "or" | "term";
  text: string;
  from: number;
  to: number;
}

const MAX_LENGTH = 2_000;

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
