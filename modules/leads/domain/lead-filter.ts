import { z } from "zod";
import { AppError } from "@/lib/errors";
import { wording } from "@/lib/wording";

/**
 * The filter tree of searches: `{and: [...]}`, `{or: [...]}`, `{not: ...}` or a leaf `{field, op, value}`. One tree
 * drives lists, bulk work, saved searches and exports. Shape is checked by the schema, meaning by checkFilter().
 */
export const MAX_DEPTH = 10;
export const MAX_NODES = 200;
const MAX_LIST = 1_000;
const MAX_TEXT = 500;

export const filterFields = [
  "name",
  "phone",
  "email",
  "source",
  "disposition",
  "priority",
  "tags",
  "assigned_agent",
  "assigned_at",
  "last_activity",
  "notes_count",
  "created_at",
  "updated_at",
  "team",
  "locked",
  "return_due_at",
  "follow_up_on",
  "text",
] as const;
export type FilterField = (typeof filterFields)[number];

export const filterOps = [
  "eq",
  "neq",
  "in",
  "not_in",
  "contains",
  "not_contains",
  "starts_with",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "is_empty",
  "is_not_empty",
  "within_last",
] as const;
export type FilterOp = (typeof filterOps)[number];

const leafSchema = z.strictObject({
  field: z.enum(filterFields),
  op: z.enum(filterOps),
  value: z.unknown().optional(),
});

export type FilterLeaf = z.infer<typeof leafSchema>;
export type LeadFilter = FilterLeaf | { and: LeadFilter[] } | { or: LeadFilter[] } | { not: LeadFilter };

const FORMS = "must be {field, op, value}, {and: [...]}, {or: [...]} or {not: ...}";

const treeSchema: z.ZodType<LeadFilter> = z.lazy(() =>
  z.union(
    [
      leafSchema,
      z.strictObject({ and: z.array(treeSchema).max(MAX_NODES) }),
      z.strictObject({ or: z.array(treeSchema).max(MAX_NODES) }),
      z.strictObject({ not: treeSchema }),
    ],
    { error: ({ input }) => (input === undefined ? undefined : FORMS) },
  ),
);

/**
 * A filter as it comes from outside. One that is too deep or wide throws 422 (see refuseUnbounded) before its parts are
 * looked at: the complaints about forty thousand wrong ones would take seconds.
 */
export const filterSchema: z.ZodType<LeadFilter> = z.preprocess((given) => {
  refuseUnbounded(given);
  return given;
}, treeSchema);

/** Throws 422 filter_too_deep or filter_too_large. Reads only so far as to know. */
function refuseUnbounded(filter: unknown): void {
  let nodes = 0;
  const visit = (node: unknown, depth: number): void => {
    nodes += 1;
    if (depth > MAX_DEPTH) throw refusal("filter_too_deep", `A filter may be nested at most ${MAX_DEPTH} deep.`);
    if (nodes > MAX_NODES) throw refusal("filter_too_large", `A filter may have at most ${MAX_NODES} parts.`);
    if (typeof node !== "object" || node === null) return;
    const { and, or, not } = node as { and?: unknown; or?: unknown; not?: unknown };
    for (const parts of [and, or]) {
      if (Array.isArray(parts)) for (const part of parts) visit(part, depth + 1);
    }
    if (not !== undefined) visit(not, depth + 1);
  };
  visit(filter, 1);
}

type Kind =
  "text" | "choice" | "priority" | "tags" | "agent" | "team" | "presence" | "instant" | "date" | "number" | "free_text";

const KINDS: Readonly<Record<FilterField, Kind>> = {
  name: "text",
  phone: "text",
  email: "text",
  source: "choice",
  disposition: "choice",
  priority: "priority",
  tags: "tags",
  assigned_agent: "agent",
  assigned_at: "instant",
  last_activity: "instant",
  notes_count: "number",
  created_at: "instant",
  updated_at: "instant",
  team: "team",
  locked: "presence",
  return_due_at: "instant",
  follow_up_on: "date",
  text: "free_text",
};

const emptiness = ["is_empty", "is_not_empty"] as const;
const equality = ["eq", "neq", "in", "not_in"] as const;
const order = ["gt", "gte", "lt", "lte", "between"] as const;

const OPS: Readonly<Record<Kind, readonly FilterOp[]>> = {
  text: [...equality, ...emptiness, "contains", "not_contains", "starts_with"],
  choice: [...equality, "contains", "not_contains", "starts_with"],
  priority: [...equality, ...order],
  tags: ["contains", "not_contains", "in", "not_in", ...emptiness],
  agent: [...equality, ...emptiness],
  team: [...equality, ...emptiness],
  presence: emptiness,
  instant: [...order, ...emptiness, "within_last"],
  date: [...equality, ...order, ...emptiness],
  number: [...equality, ...order],
  free_text: ["contains"],
};

export type WindowUnit = "minutes" | "hours" | "days" | "weeks";
export const windowSchema = z.strictObject({
  n: z.int().min(1).max(100_000),
  unit: z.enum(["minutes", "hours", "days", "weeks"]),
});

const scalarSchemas: Readonly<Record<Kind, z.ZodType>> = {
  text: z.string().max(MAX_TEXT),
  choice: z.string().max(MAX_TEXT),
  priority: z.enum(["normal", "high", "urgent"]),
  tags: z.string().min(1).max(MAX_TEXT),
  agent: z.string().trim().toLowerCase().max(254),
  team: z.string().max(MAX_TEXT),
  presence: z.never(),
  instant: z.iso.datetime({ offset: true }).transform(inUtc),
  date: z.iso
    .date("must be a calendar date, such as 2026-11-30")
    .refine((date) => date >= "0001", "must be of a year from 1"),
  number: z.number(),
  free_text: z.string().trim().min(1).max(MAX_TEXT),
};

/**
 * The same instant in UTC, to the microsecond: the database refuses some of the offsets and years that the form allows.
 */
function inUtc(given: string, context: z.RefinementCtx): string {
  const moment = new Date(given);
  const year = moment.getUTCFullYear();
  if (!(year >= 1 && year <= 9_999)) {
    context.addIssue({ code: "custom", message: "must be of a year from 1 to 9999" });
    return z.NEVER;
  }
  // An offset is whole minutes, so what follows the seconds stays; a Date would cut it to milliseconds.
  const fraction = /\.(\d{1,6})/.exec(given)?.[1] ?? "0";
  return `${moment.toISOString().slice(0, 19)}.${fraction}Z`;
}

export function kindOf(field: FilterField): Kind {
  return KINDS[field];
}

/** What a field can be asked with. */
export function opsOf(field: FilterField): readonly FilterOp[] {
  return OPS[KINDS[field]];
}

/** The leaves that hold for everything a filter finds: those at its top, joined by "and". */
export function requiredLeaves(filter: LeadFilter): FilterLeaf[] {
  if ("and" in filter) return filter.and.flatMap(requiredLeaves);
  return "or" in filter || "not" in filter ? [] : [filter];
}

/** Every leaf of a filter. */
export function allLeaves(filter: LeadFilter): FilterLeaf[] {
  if ("and" in filter) return filter.and.flatMap(allLeaves);
  if ("or" in filter) return filter.or.flatMap(allLeaves);
  return "not" in filter ? allLeaves(filter.not) : [filter];
}

/** The schema that a leaf's value must fit, by the field's kind and the operator. */
function valueSchema(kind: Kind, op: FilterOp): z.ZodType {
  const scalar = scalarSchemas[kind];
  switch (op) {
    case "in":
    case "not_in":
      return z.array(scalar).min(1).max(MAX_LIST);
    case "between":
      return z.tuple([scalar, scalar]);
    case "is_empty":
    case "is_not_empty":
      return z.undefined();
    case "within_last":
      return windowSchema;
    default:
      return scalar;
  }
}

/**
 * Refuses (422) a tree that is too deep or wide, an operator its field does not have, and a value of the wrong kind.
 * Answers the same tree with its values in canonical form.
 */
export function checkFilter(filter: LeadFilter): LeadFilter {
  refuseUnbounded(filter);
  const visit = (node: LeadFilter): LeadFilter => {
    if ("and" in node) return { and: node.and.map(visit) };
    if ("or" in node) return { or: node.or.map(visit) };
    if ("not" in node) return { not: visit(node.not) };
    return checkLeaf(node);
  };
  return visit(filter);
}

function checkLeaf(leaf: FilterLeaf): FilterLeaf {
  const kind = KINDS[leaf.field];
  if (!OPS[kind].includes(leaf.op)) {
    throw refusal(
      "filter_operator",
      `The field ${leaf.field} cannot be asked with ${leaf.op}; it knows ${OPS[kind].join(", ")}.`,
    );
  }
  const value = valueSchema(kind, leaf.op).safeParse(leaf.value, { error: wording });
  if (!value.success) {
    const why = value.error.issues[0]?.message ?? "has the wrong kind";
    throw refusal("filter_value", `The value for ${leaf.field} ${leaf.op} does not fit: it ${why}.`);
  }
  return { ...leaf, value: value.data };
}

const refusal = (code: string, message: string): AppError => new AppError(422, code, message);
