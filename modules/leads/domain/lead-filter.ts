import { z } from "zod";
import { AppError } from "@/lib/errors";

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

export const filterSchema: z.ZodType<LeadFilter> = z.lazy(() =>
  z.union([
    leafSchema,
    z.strictObject({ and: z.array(filterSchema).max(MAX_NODES) }),
    z.strictObject({ or: z.array(filterSchema).max(MAX_NODES) }),
    z.strictObject({ not: filterSchema }),
  ]),
);

type Kind = "text" | "choice" | "priority" | "tags" | "agent" | "instant" | "number" | "free_text";

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
  instant: [...order, ...emptiness, "within_last"],
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
  instant: z.iso.datetime({ offset: true }),
  number: z.number(),
  free_text: z.string().trim().min(1).max(MAX_TEXT),
};

export function kindOf(field: FilterField): Kind {
  return KINDS[field];
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
  let nodes = 0;
  const visit = (node: LeadFilter, depth: number): LeadFilter => {
    nodes += 1;
    if (depth > MAX_DEPTH) throw refusal("filter_too_deep", `A filter may be nested at most ${MAX_DEPTH} deep.`);
    if (nodes > MAX_NODES) throw refusal("filter_too_large", `A filter may have at most ${MAX_NODES} parts.`);
    if ("and" in node) return { and: node.and.map((child) => visit(child, depth + 1)) };
    if ("or" in node) return { or: node.or.map((child) => visit(child, depth + 1)) };
    if ("not" in node) return { not: visit(node.not, depth + 1) };
    return checkLeaf(node);
  };
  return visit(filter, 1);
}

function checkLeaf(leaf: FilterLeaf): FilterLeaf {
  const kind = KINDS[leaf.field];
  if (!OPS[kind].includes(leaf.op)) {
    throw refusal(
      "filter_operator",
      `${leaf.field} cannot be asked with ${leaf.op}; it knows ${OPS[kind].join(", ")}.`,
    );
  }
  const value = valueSchema(kind, leaf.op).safeParse(leaf.value);
  if (!value.success) {
    const why = value.error.issues[0]?.message ?? "has the wrong kind";
    throw refusal("filter_value", `The value for ${leaf.field} ${leaf.op} does not fit: ${why}.`);
  }
  return { ...leaf, value: value.data };
}

const refusal = (code: string, message: string): AppError => new AppError(422, code, message);
