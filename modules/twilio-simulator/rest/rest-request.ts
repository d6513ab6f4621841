import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";

/** A REST request, taken apart. */
export interface RestRequest {
  carrier: Carrier;
  runner: DocumentRunner;
  method: string;
  /** The path and query as they came. */
  path: string;
  /** The identifiers in the path, in order. */
  ids: readonly string[];
  query: URLSearchParams;
  form: URLSearchParams;
}

export interface RestAnswer {
  status: number;
  /** Undefined for 204. */
  body?: unknown;
  /** Something other than JSON. */
  raw?: { contentType: string; data: Buffer };
}

export type RestHandler = (request: RestRequest) => RestAnswer;

/** One identifier of the path; the routes' patterns guarantee that it is there. */
export function pathId(request: RestRequest, at: number): string {
  const id = request.ids[at];
  if (id === undefined) throw new Error(`The route has no identifier ${at}.`);
  return decodeURIComponent(id);
}
