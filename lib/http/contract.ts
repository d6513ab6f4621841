import type { z } from "zod";
import type { Role } from "../principal";

/** Who may call a route. Every route says so itself; a test holds the whole table against the routes on disk. */
export type Access =
  | { kind: "roles"; roles: readonly Role[] }
  | { kind: "public"; why: string }
  | { kind: "cron" }
  | { kind: "metrics" }
  | { kind: "carrier" };

export const everyone: Access = { kind: "roles", roles: ["admin", "manager", "agent"] };
export const staff: Access = { kind: "roles", roles: ["admin", "manager"] };
export const admins: Access = { kind: "roles", roles: ["admin"] };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What one route takes and gives: the source of its validation, its permission, and its page in openapi.json. */
export interface Contract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  method: Method;
  /** With {braces} for parameters: /api/leads/{leadId}/assign */
  path: string;
  summary: string;
  access: Access;
  params?: P;
  query?: Q;
  body?: B;
  /** What it answers with success: the shape of all its statuses together. */
  response?: R;
  /** The shape by status, where another than 200 can be. */
  statuses?: Readonly<Record<number, z.ZodType>>;
  /** Media types of a 200 that is a file and not JSON. */
  file?: readonly string[];
  /** The file can be had in parts, by Range and If-Range: 206, or 416 where there is no such part. */
  parts?: true;
  /** Headers of its answers that say something of them, each with what. */
  headers?: Readonly<Record<string, string>>;
  /** A POST that changes nothing, for what is too long for an address: it needs no Idempotency-Key. */
  reads?: true;
  /** Bytes; 1 MiB unless said otherwise. */
  maxBodyBytes?: number;
  /** The body is a file of one of these types, which the handler takes as it comes, up to so many bytes. */
  upload?: { types: readonly string[]; maxBytes: number };
}

/** The shape of each status that a route answers with success; undefined where it is not JSON. */
export const answersOf = ({
  statuses,
  response,
  file,
  parts,
}: Contract): Readonly<Record<number, z.ZodType | undefined>> =>
  file ? { 200: undefined, ...(parts && { 206: undefined }), ...statuses } : (statuses ?? { 200: response });

/** Declares a route's contract, keeping the exact schema types. Body and query objects must be z.strictObject. */
export function contract<
  P extends z.ZodType = z.ZodType<Record<string, never>>,
  Q extends z.ZodType = z.ZodType<Record<string, never>>,
  B extends z.ZodType = z.ZodType<undefined>,
  R extends z.ZodType = z.ZodType,
>(definition: Contract<P, Q, B, R>): Contract<P, Q, B, R> {
  return definition;
}
