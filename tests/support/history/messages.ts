/** What the tests and a worker process of a history say to each other, over Node's own channel between processes. */

/** A request that the worker sends through the product's route handlers, as a browser or program would. */
export interface Ask {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: Record<string, unknown>;
  /** The bearer token of who asks. */
  token: string;
  idempotencyKey?: string;
}

/**
 * What befalls the worker at one of its statements, counted over all its connections:
 * - die_before: killed (SIGKILL) when it is about to send it;
 * - die_after: killed when it has sent it, so that the database carries it out and nobody hears of it;
 * - cut_before, cut_after: the same, but only the connection is lost, and the process goes on.
 */
export type FaultKind = "die_before" | "die_after" | "cut_before" | "cut_after";

export interface Fault {
  kind: FaultKind;
  /** The first statement after arming is 1. */
  statement: number;
}

export type Order =
  | { order: "ask"; id: number; ask: Ask }
  | { order: "arm"; fault: Fault | null }
  /** The process has lived so much longer: what it keeps for some seconds is old. */
  | { order: "age"; seconds: number };

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** Of a bulk request: the plan that it made. */
  planId: string | null;
}

export type Report =
  | { report: "ready" }
  | { report: "armed"; statements: number }
  | { report: "answer"; id: number; answer: Answer }
  | { report: "failure"; id: number; error: string };

export function isReport(value: unknown): value is Report {
  return typeof value === "object" && value !== null && "report" in value;
}

export function isOrder(value: unknown): value is Order {
  return typeof value === "object" && value !== null && "order" in value;
}
