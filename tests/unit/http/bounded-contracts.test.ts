import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Contract } from "@/lib/http/contract";
import { idList, text } from "@/lib/http/fields";
import { contractTable } from "@/modules/contract-table";

interface Shape {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  maxLength?: number;
  maxItems?: number;
  items?: Shape;
  prefixItems?: Shape[];
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  propertyNames?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  $defs?: Record<string, Shape>;
}

/** A pattern for the whole text without a repeat that could go on for ever. */
const endsSomewhere = (pattern = ""): boolean => /^\^.+\$$/.test(pattern) && !/[*+]|,\}/.test(pattern);

/** Where a request could be endless: texts and lists without a most, in the words of the schema's path. */
function unbounded(shape: Shape, path = ""): string[] {
  const inner = Object.entries(shape.properties ?? {}).flatMap(([name, one]) => unbounded(one, `${path}.${name}`));
  const parts = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])];
  const children = [
    ...inner,
    ...parts.flatMap((one) => unbounded(one, path)),
    ...(shape.prefixItems ?? []).flatMap((one, index) => unbounded(one, `${path}[${index}]`)),
    ...Object.values(shape.$defs ?? {}).flatMap((one) => unbounded(one, `${path}$`)),
    ...(shape.items ? unbounded(shape.items, `${path}[]`) : []),
  ];
  const closed = shape.enum !== undefined || shape.const !== undefined;
  const fits = shape.format !== undefined || shape.maxLength !== undefined || endsSomewhere(shape.pattern);
  const endlessText = shape.type === "string" && !closed && !fits;
  const endlessList = shape.type === "array" && shape.maxItems === undefined && shape.prefixItems === undefined;
  const names = shape.propertyNames;
  const endlessNames =
    typeof shape.additionalProperties === "object" && names?.enum === undefined && names?.maxLength === undefined;
  return endlessText || endlessList || endlessNames ? [path, ...children] : children;
}

const inputOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;

// Path and query are bounded by the server: an address has at most 16 KiB.
describe("every body is bounded (law 12)", () => {
  const table: readonly Contract[] = contractTable;
  const bodies = table.flatMap(({ method, path, body }) => (body ? [[`${method} ${path}`, body] as const] : []));

  it.each(bodies)("%s", (_name, body) => {
    expect(unbounded(inputOf(body))).toEqual([]);
  });
});

describe("the search for what is not", () => {
  it("finds texts, lists and names without a most, at any depth", () => {
    const schema = z.strictObject({
      a: z.string(),
      b: z.array(z.strictObject({ c: z.string().trim().min(1) })),
      d: z.union([z.string(), z.int()]).optional(),
      e: z.record(z.string(), z.int()),
      f: z.string().regex(/^a+$/),
    });
    expect(unbounded(inputOf(schema))).toEqual([".a", ".b", ".b[].c", ".d", ".e", ".f"]);
  });

  it("is content with bounded ones", () => {
    const time = z.string().regex(/^\d\d:\d{1,2}$/);
    const schema = z.strictObject({ a: text(5), b: z.array(time).max(3), c: idList(7), d: z.iso.datetime() });
    expect(unbounded(inputOf(schema))).toEqual([]);
  });
});
