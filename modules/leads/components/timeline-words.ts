import { clockText } from "@/components/ui/time";
import type { Activity } from "../schemas";
import { sentence } from "./lead-words";

/** One entry in words: what happened, and what was said about it. */
export interface EntryWords {
  /** Who did it, when it was no person. */
  who?: string;
  /** After the actor's name: "assigned this lead to Ada". */
  what: string;
  /** Written by a person: a note, a reason. */
  quote?: string;
}

type Data = Activity["data"];

const text = (data: Data, key: string): string | undefined => {
  const value = data[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

const number = (data: Data, key: string): number | undefined => {
  const value = data[key];
  return typeof value === "number" ? value : undefined;
};

/** What values are called that are stored otherwise. */
export interface TimelineNames {
  disposition: (code: string) => string;
  /** A calendar date as the person's language writes it. */
  date: (date: string) => string;
}

/** What an entry of the timeline reads like; entries of a kind this version does not know say their kind. */
export function entryWords({ type, data }: Activity, names: TimelineNames): EntryWords {
  const { disposition: dispositionLabel } = names;
  switch (type) {
    case "created":
      return { what: "added this lead" };
    case "note":
      return { what: `wrote${inBulk(data)}`, ...quoted(text(data, "text")) };
    case "file":
      return { what: `attached ${text(data, "name") ?? "a file"}` };
    case "file_removed":
      return { what: `removed ${text(data, "name") ?? "a file"}` };
    case "file_restored":
      return { what: `brought ${text(data, "name") ?? "a file"} back` };
    case "assigned":
    case "reassigned":
    case "unassigned":
      return { what: `${moveIn(type, data)}${inBulk(data)}`, ...quoted(text(data, "reason")) };
    case "returned":
      return { who: "The return timer", what: returnIn(data) };
    case "disposition":
      return { what: `set the disposition to ${dispositionLabel(text(data, "to") ?? "")}${inBulk(data)}` };
    case "updated":
      return { what: `${changesIn(data, names)}${inBulk(data)}` };
    case "undone":
      return { what: "took a bulk change back" };
    case "locked":
      return { what: "locked this lead", ...quoted(text(data, "reason")) };
    case "unlocked":
      return { what: "unlocked this lead" };
    case "merged":
      return { what: mergeIn(data) };
    case "unmerged":
      return { what: unmergeIn(data) };
    case "removed":
      return { what: "removed this lead" };
    case "restored":
      return { what: `brought this lead back${partedIn(data)}` };
    case "call":
      return callWords(data, dispositionLabel);
    case "callback":
      return callbackWords(data);
    case "voicemail":
      return {
        who: "The caller",
        what: `left a message of ${clockText(number(data, "durationSeconds") ?? 0)}${writtenDown(data)}`,
        ...quoted(text(data, "transcription")),
      };
    default:
      return { what: sentence(type).toLowerCase() };
  }
}

const writtenDown = (data: Data): string =>
  data.transcriptionStatus === "requested" ? ", which is being written down" : "";

const CALLBACK_RESULTS: Readonly<Record<string, string>> = {
  no_answer: "nobody answered",
  busy: "the line was busy",
  machine: "an answering machine took the call",
  unreachable: "the number could not be reached",
  do_not_call: "this number must not be called",
};

function callbackWords(data: Data): EntryWords {
  const result = text(data, "result") ?? "";
  const why = CALLBACK_RESULTS[result] === undefined ? "" : `: ${CALLBACK_RESULTS[result]}`;
  switch (text(data, "event")) {
    case "requested":
      if (text(data, "source") === "person") return { what: "scheduled a callback" };
      return { who: "The caller", what: "left the line to be called back" };
    case "rescheduled":
      return { what: text(data, "at") === undefined ? "changed the callback's note" : "moved the callback" };
    case "not_reached": {
      const minutes = Math.max(1, Math.round(number(data, "retryMinutes") ?? 1));
      return { who: "Evenhand", what: `called back in vain${why}; tries again after ${minutes} min` };
    }
    case "done":
      return { who: "Evenhand", what: "called back, and the call was answered" };
    case "cancelled":
      return result === "do_not_call"
        ? { who: "Evenhand", what: `dropped the callback${why}` }
        : { what: "cancelled the callback" };
    case "expired":
      return { who: "Evenhand", what: "dropped the callback: its time had run out" };
    default:
      return { who: "Evenhand", what: `gave the callback up${why}` };
  }
}

/** Bulk work says which plan it was part of; undoing one says so too. */
function inBulk(data: Data): string {
  if (text(data, "strategy") === "undo") return ", taking a bulk change back";
  return text(data, "plan_id") === undefined ? "" : " in bulk";
}

const previousAgent = (data: Data): string | undefined =>
  text(data, "previous_agent_name") ?? text(data, "previous_agent");

function moveIn(type: "assigned" | "reassigned" | "unassigned", data: Data): string {
  const previous = previousAgent(data);
  switch (type) {
    case "assigned":
      return `assigned this lead to ${agentIn(data)}${overridden(data)}`;
    case "reassigned":
      return `moved this lead${previous ? ` from ${previous}` : ""} to ${agentIn(data)}${overridden(data)}`;
    case "unassigned":
      return `took this lead${previous ? ` from ${previous}` : ""} back to the pool`;
  }
}

function returnIn(data: Data): string {
  return `gave this lead back to the pool: ${previousAgent(data) ?? "its agent"} had not worked on it in time`;
}

function mergeIn(data: Data): string {
  const fields = Object.keys(changesOf(data)).filter((field) => field !== "tags" && field !== "assigned_agent");
  const took = fields.length === 0 ? "" : `, taking over its ${fields.map(fieldName).join(", ")}`;
  const owner = changesOf(data).assigned_agent?.to;
  const left = Array.isArray(data.tags_left_out) ? data.tags_left_out.join(", ") : "";
  return [
    `merged ${text(data, "name") ?? "another lead"} into this lead${took}`,
    ...(owner === undefined ? [] : [`it is with ${text(data, "agent_name") ?? valueText(owner, "nobody")} now`]),
    ...(left === "" ? [] : [`there was no room for its tags ${left}`]),
  ].join("; ");
}

function unmergeIn(data: Data): string {
  const from = text(data, "out_of");
  return from === undefined
    ? `took ${text(data, "name") ?? "the other lead"} out of this lead again`
    : `took this lead out of ${from} again`;
}

function partedIn(data: Data): string {
  const agent = previousAgent(data);
  if (agent === undefined) return "";
  return text(data, "reason") === "full" ? ` to the pool: ${agent} had no room` : ` to the pool: ${agent} is gone`;
}

function quoted(words: string | undefined): { quote?: string } {
  return words === undefined ? {} : { quote: words };
}

function agentIn(data: Data): string {
  return text(data, "agent_name") ?? text(data, "agent") ?? "an agent";
}

function overridden(data: Data): string {
  const list = Array.isArray(data.overridden) ? data.overridden : [];
  if (list.includes("capacity_exceeded")) return " over capacity";
  return list.length > 0 ? " although unavailable" : "";
}

function changesOf(data: Data): Record<string, { from?: unknown; to?: unknown }> {
  const { changes } = data;
  if (typeof changes !== "object" || changes === null) return {};
  return Object.fromEntries(
    Object.entries(changes).flatMap(([field, change]: [string, unknown]) =>
      typeof change === "object" && change !== null ? [[field, change]] : [],
    ),
  );
}

function changesIn(data: Data, { date }: TimelineNames): string {
  const { tags, follow_up_on: followUp, ...others } = changesOf(data);
  const parts = Object.entries(others).map(([field, { to }]) => `changed ${fieldName(field)} to ${valueText(to)}`);
  if (followUp) {
    const { to } = followUp;
    parts.push(typeof to === "string" ? `set the follow-up to ${date(to)}` : "took the follow-up away");
  }
  if (tags) parts.push(...tagsIn(tags.from, tags.to));
  return parts.length === 0 ? "changed this lead" : parts.join(", ");
}

/** The tags that came and went, not the whole lists. */
function tagsIn(from: unknown, to: unknown): string[] {
  const [before, after] = [list(from), list(to)];
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  if (added.length === 0 && removed.length === 0) return ["put the tags in another order"];
  return [
    ...(added.length === 0 ? [] : [`added the ${tagWord(added)} ${added.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`removed the ${tagWord(removed)} ${removed.join(", ")}`]),
  ];
}

const tagWord = (tags: readonly string[]): string => (tags.length === 1 ? "tag" : "tags");
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
const FIELD_NAMES: Readonly<Record<string, string>> = { email: "e-mail", follow_up_on: "follow-up" };
const fieldName = (field: string): string => FIELD_NAMES[field] ?? sentence(field).toLowerCase();

function valueText(value: unknown, none = "nothing"): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  return Array.isArray(value) && value.length > 0 ? value.join(", ") : none;
}

function callWords(data: Data, dispositionLabel: (code: string) => string): EntryWords {
  const agent = text(data, "agentName");
  const talk = number(data, "talkSeconds");
  const disposition = text(data, "disposition");
  const result = disposition ? ` · ${dispositionLabel(disposition)}` : "";
  const outcome = text(data, "outcome");
  if (outcome === "answered") {
    const length = talk === undefined ? "" : ` for ${clockText(talk)}`;
    return { what: `Call${agent ? ` with ${agent}` : ""}${length}${result}`, ...quoted(text(data, "note")) };
  }
  return { what: `Call, ${sentence(outcome ?? "ended").toLowerCase()}${result}`, ...quoted(text(data, "note")) };
}
