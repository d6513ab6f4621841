"use client";

import { v7 } from "uuid";
import type { z } from "zod";
import type { Contract } from "../http/contract";
import { noteServerDate } from "./clock";
import { isAway, noteAnswer, noteNoAnswer } from "./connection";
import { NO_ANSWER, ProblemError, problemOf } from "./problem";
import { signedInAgain, signInsSoFar } from "./sign-in-gate";

const TIMEOUT_MS = 20_000;
/** Attempts for one change when no answer came. All bear one Idempotency-Key, so that it happens once. */
const CHANGE_ATTEMPTS = 3;
const MAX_PAUSE_MS = 5_000;

/** A part of a request that its contract may or may not have; a query may leave fields undefined. */
type Part<Name extends string, S extends z.ZodType> =
  unknown extends z.input<S>
    ? { [K in Name]?: never }
    : { [K in Name]: Name extends "query" ? { [F in keyof z.input<S>]?: z.input<S>[F] | undefined } : z.input<S> };

export type Call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Part<"params", P> &
  (unknown extends z.input<Q> ? { query?: never } : Partial<Part<"query", Q>>) &
  Part<"body", B> & {
    signal?: AbortSignal;
    /** Milliseconds until the request counts as unanswered; 20 s unless given. */
    timeoutMs?: number;
    /** For a change that may be sent again after this page has gone: the same key means the same change. */
    idempotencyKey?: string;
  };

interface LooseCall {
  params?: unknown;
  query?: unknown;
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
  idempotencyKey?: string;
}

interface Prepared {
  url: string;
  init: RequestInit;
  signal: AbortSignal | undefined;
  timeoutMs: number;
  attempts: number;
}

/**
 * Calls one route as its contract says and answers its body. Throws ProblemError: the server's refusal, or NO_ANSWER.
 * A change bears one Idempotency-Key over all its attempts. When nobody is signed in any more it waits for the dialog
 * and goes on. Reads are repeated by the query client, not here.
 */
export async function api<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  contract: Contract<P, Q, B, R>,
  call: Call<P, Q, B>,
): Promise<z.output<R>> {
  return (await apiAnswer(contract, call)).body;
}

/** As api(), for answers whose headers say something too. */
export async function apiAnswer<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  contract: Contract<P, Q, B, R>,
  call: Call<P, Q, B>,
): Promise<{ body: z.output<R>; headers: Headers }> {
  const request = prepare(contract, call);
  for (let attempt = 1; ; attempt += 1) {
    const sentAfter = signInsSoFar();
    const outcome = await send(request);
    if (!(outcome instanceof ProblemError)) return { body: outcome.body as z.output<R>, headers: outcome.headers };
    if (outcome.status === 401 && attempt <= request.attempts && (await signedInAgain(request.signal, sentAfter)))
      continue;
    if (!worthAnotherTry(outcome) || attempt >= request.attempts) throw outcome;
    await pause(outcome.retryAfterSeconds, attempt, request.signal);
  }
}

function prepare(contract: Contract, call: LooseCall): Prepared {
  const headers = new Headers({ accept: "application/json" });
  const changes = contract.method !== "GET" && contract.reads !== true;
  if (changes) headers.set("idempotency-key", call.idempotencyKey ?? v7());
  if (call.body !== undefined) headers.set("content-type", "application/json");
  return {
    url: urlOf(contract.path, call.params, call.query),
    init: {
      method: contract.method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    },
    signal: call.signal,
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    attempts: changes ? CHANGE_ATTEMPTS : 1,
  };
}

function urlOf(path: string, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, unknown>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (typeof value === "string" && value !== "") search.set(name, value);
    if (typeof value === "number" || typeof value === "boolean") search.set(name, `${value}`);
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

async function send({
  url,
  init,
  signal,
  timeoutMs,
}: Prepared): Promise<{ body: unknown; headers: Headers } | ProblemError> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
    noteServerDate(response.headers.get("date"));
    if (isAway(response.status)) noteNoAnswer();
    else noteAnswer();
    return response.ok ? { body: await response.json(), headers: response.headers } : await problemOf(response);
  } catch (error) {
    if (signal?.aborted) throw error;
    noteNoAnswer();
    return new ProblemError(
      NO_ANSWER,
      "no_answer",
      "The server did not answer. Check your connection; nothing you typed is lost.",
    );
  }
}

/** Whether the same request may fare better in a moment. */
export function worthAnotherTry(problem: ProblemError): boolean {
  return problem.status === NO_ANSWER || isAway(problem.status) || problem.code === "still_running";
}

async function pause(retryAfterSeconds: number | undefined, attempt: number, signal?: AbortSignal): Promise<void> {
  const wanted = retryAfterSeconds === undefined ? 400 * 2 ** attempt : retryAfterSeconds * 1_000;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(wanted, MAX_PAUSE_MS));
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  signal?.throwIfAborted();
}
