import { clockText } from "@/components/ui/time";
import type { Activity } from "../schemas";
import { sentence } from "./lead-words";

/** One entry in words: what happened, and what was said about it. */
export interface EntryWords {
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

/** What an entry of the timeline reads like; entries of a kind this version does not know say their kind. */
export function entryWords({ type, data }: Activity, dispositionLabel: (code: string) => string): EntryWords {
  switch (type) {
    case "created":
      return { what: "added this lead" };
    case "note":
      return { what: "wrote", ...quoted(text(data, "text")) };
    case "assigned":
      return { what: `assigned this lead to ${agentIn(data)}${overridden(data)}`, ...quoted(text(data, "reason")) };
    case "reassigned": {
      const previous = text(data, "previous_agent_name") ?? text(data, "previous_agent");
      const from = previous ? ` from ${previous}` : "";
      return { what: `moved this lead${from} to ${agentIn(data)}${overridden(data)}`, ...quoted(text(data, "reason")) };
    }
    case "disposition":
      return { what: `set the disposition to ${dispositionLabel(text(data, "to") ?? "")}` };
    case "updated":
      return { what: changesIn(data) };
    case "call":
      return callWords(data, dispositionLabel);
    default:
      return { what: sentence(type).toLowerCase() };
  }
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

function changesIn(data: Data): string {
  const { changes } = data;
  if (typeof changes !== "object" || changes === null) return "changed this lead";
  const parts = Object.entries(changes as Record<string, unknown>).map(([field, change]) => {
    const to = typeof change === "object" && change !== null && "to" in change ? change.to : undefined;
    return `${sentence(field).toLowerCase()} to ${valueText(to)}`;
  });
  return parts.length === 0 ? "changed this lead" : `changed ${parts.join(", ")}`;
}

function valueText(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  return Array.isArray(value) && value.length > 0 ? value.join(", ") : "nothing";
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
