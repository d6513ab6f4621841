import { createHash } from "node:crypto";

/** One audit row as the chain sees it: every column, in a form that JSON can hold. */
export interface SealedRow {
  id: string;
  tx: string;
  /** ISO 8601, UTC, milliseconds. */
  at: string;
  actorType: string;
  actorId: string | null;
  actorLabel: string;
  action: string;
  entityType: string;
  entityId: string;
  before: unknown;
  after: unknown;
  requestId: string | null;
}

/** What the first row's seal is computed over. */
export const GENESIS = "0".repeat(64);

/** JSON with the keys of every object in code-unit order and no spaces: one value, one text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** SHA-256, in hexadecimal, over the previous seal and the row's canonical text. */
export function sealOf(previous: string, row: SealedRow): string {
  return createHash("sha256").update(previous).update(canonicalJson(row)).digest("hex");
}
