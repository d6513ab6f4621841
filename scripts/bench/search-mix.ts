import type { FilterLeaf } from "@/modules/leads/domain/lead-filter";
import type { SortField } from "@/modules/leads/domain/lead-sort";

/** A search as the API takes it, and as somebody who knows the tables would write it. */
export interface MixedSearch {
  name: string;
  body: { filter: { and: FilterLeaf[] }; sort: { field: SortField; direction: "asc" | "desc" } };
  raw: RawSearch;
}

export interface RawSearch {
  where: string;
  /** The columns of the order, the id apart, with the type of each. */
  keys: readonly (readonly [column: string, type: string])[];
  nullable: boolean;
  direction: "asc" | "desc";
}

type Condition = readonly [FilterLeaf, sql: string];

/** Three conditions each, by how many leads meet them all: a fifth, one in seventy, one in ten thousand, one agent's. */
const FILTERS: Readonly<Record<string, readonly Condition[]>> = {
  many: [
    [
      { field: "disposition", op: "in", value: ["new", "attempted", "contacted"] },
      "l.disposition IN ('new', 'attempted', 'contacted')",
    ],
    [{ field: "priority", op: "eq", value: "normal" }, "l.priority = 'normal'"],
    [{ field: "created_at", op: "gte", value: "2025-11-01T00:00:00Z" }, "l.created_at >= '2025-11-01T00:00:00Z'"],
  ],
  some: [
    [{ field: "disposition", op: "eq", value: "contacted" }, "l.disposition = 'contacted'"],
    [{ field: "source", op: "eq", value: "event" }, "l.source = 'event'"],
    [{ field: "priority", op: "neq", value: "urgent" }, "l.priority <> 'urgent'"],
  ],
  few: [
    [{ field: "disposition", op: "eq", value: "follow_up" }, "l.disposition = 'follow_up'"],
    [{ field: "source", op: "eq", value: "chat" }, "l.source = 'chat'"],
    [{ field: "tags", op: "contains", value: "vip" }, "l.tags @> ARRAY['vip']"],
  ],
  owned: [
    [
      { field: "assigned_agent", op: "eq", value: "scale-agent5@evenhand.test" },
      "l.assigned_agent = (SELECT a.id FROM agents a JOIN users u ON u.id = a.user_id WHERE u.email = 'scale-agent5@evenhand.test')",
    ],
    [{ field: "disposition", op: "neq", value: "converted" }, "l.disposition <> 'converted'"],
    [{ field: "priority", op: "in", value: ["normal", "high"] }, "l.priority IN ('normal', 'high')"],
  ],
};

/** In most leads, in one of ten, in a tenth of the notes, in few names, in one note, in none, digits, one word's beginning. */
const TEXTS = ["example", "olivia", "quokka", "anders", "px-12345", "zqxjk", "2000158", "ol"] as const;

const SORTS: readonly (readonly [SortField, "asc" | "desc", Pick<RawSearch, "keys" | "nullable">])[] = [
  ["created_at", "desc", { keys: [["l.created_at", "timestamptz"]], nullable: false }],
  ["assigned_at", "desc", { keys: [["l.assigned_at", "timestamptz"]], nullable: true }],
  ["last_activity", "desc", { keys: [["l.last_activity_at", "timestamptz"]], nullable: true }],
  ["name", "asc", { keys: [["l.name", "text"]], nullable: false }],
  [
    "priority",
    "desc",
    {
      keys: [
        ["l.priority", '"Priority"'],
        ["l.created_at", "timestamptz"],
      ],
      nullable: false,
    },
  ],
];

/** Every filter with every text and every order. */
export function mixedSearches(): MixedSearch[] {
  return Object.entries(FILTERS).flatMap(([size, conditions]) =>
    TEXTS.flatMap((text) =>
      SORTS.map(([field, direction, raw]) => ({
        name: `${size}, "${text}", ${field}`,
        body: {
          filter: {
            and: [
              ...conditions.map(([leaf]) => leaf),
              { field: "text" as const, op: "contains" as const, value: text },
            ],
          },
          sort: { field, direction },
        },
        raw: { where: [...conditions.map(([, sql]) => sql), textSql(text)].join(" AND "), direction, ...raw },
      })),
    ),
  );
}

function textSql(text: string): string {
  const form = text.replaceAll(/\d/g, (digit) => "ABCDEFGHIJ"[Number(digit)] ?? "");
  const own = `s.note_id = 0 AND s.text LIKE '${text.length < 3 ? `% ${form}%` : `%${form}%`}'`;
  const either = text.length < 3 ? own : `${own} OR s.note_id <> 0 AND s.text LIKE '%${form}%'`;
  return `l.id IN (SELECT s.lead_id FROM lead_search s WHERE ${either})`;
}
