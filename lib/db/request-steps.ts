import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { deserialize } from "node:v8";

/** A request with an Idempotency-Key while it is carried out, and what an interrupted run before it has done. */
export interface KeyedRequest {
  readonly principal: string;
  readonly key: string;
  /** Which carrying out of the request this is: only the latest may free its key. */
  readonly run: string;
  /** Results of the steps that former runs have committed, by name. */
  readonly done: ReadonlyMap<string, Uint8Array>;
}

const current = new AsyncLocalStorage<KeyedRequest>();

/** Carries out a request; everything it calls can tell. */
export function asKeyedRequest<T>(request: KeyedRequest, work: () => Promise<T>): Promise<T> {
  return current.run(request, work);
}

/** The request that is being carried out, if it has a key. */
export const keyedRequest = (): KeyedRequest | undefined => current.getStore();

/**
 * What a former run of this request has committed under this name: then the work must not be done again, nor judged by
 * what it has changed itself. Undefined when there is nothing of the kind.
 */
export function stepDone(name: string): { result: unknown } | undefined {
  const kept = stepKept(name);
  return kept && { result: deserialize(kept) as unknown };
}

/** The same as it is stored: for a step that keeps its result in a form of its own. */
export const stepKept = (name: string): Uint8Array | undefined => current.getStore()?.done.get(name);

/** A name that all runs of this request have in common, and nobody else; undefined without a key. */
export function nameOfRequest(): string | undefined {
  const request = current.getStore();
  return (
    request &&
    createHash("sha256")
      .update(JSON.stringify([request.principal, request.key]))
      .digest("hex")
  );
}
