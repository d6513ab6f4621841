import type { Call } from "../engine/call";
import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";
import type { DocumentRequest, FlowMode } from "../engine/documents";
import { httpMethod } from "../engine/documents";
import { Attributes } from "./attributes";
import type { TwimlElement } from "./parse";

/** What a verb works on. */
export interface Execution {
  carrier: Carrier;
  runner: DocumentRunner;
  call: Call;
  mode: FlowMode;
  /** Ends when the call ends, is moved, or no longer waits. Every verb stops soon after. */
  signal: AbortSignal;
  /** Where the document came from: relative URLs in it are meant from here. */
  documentUrl: string | null;
}

/** What happens after a verb. */
export type VerbOutcome =
  | { kind: "next" }
  | { kind: "document"; request: DocumentRequest }
  | { kind: "hangup" }
  | { kind: "leave" }
  | { kind: "reject"; reason: "busy" | "rejected" };

export type Verb = (run: Execution, element: TwimlElement) => Promise<VerbOutcome>;

export const NEXT: VerbOutcome = { kind: "next" };

export function attributesOf(run: Execution, element: TwimlElement): Attributes {
  return new Attributes(element, run.carrier.journal, run.call.sid);
}

/** A URL of the document as an absolute one; what cannot be one is logged (11100) and given back as it is. */
export function absoluteUrl(run: Execution, url: string): string {
  const base = run.documentUrl ?? undefined;
  if (URL.canParse(url, base)) return new URL(url, base).href;
  run.carrier.journal.warn(11_100, `Invalid URL format: ${url}`, run.call.sid);
  return url;
}

/** The request to a verb's action, or to the current document when the verb has none and `orSelf` is set. */
export function actionRequest(
  run: Execution,
  element: TwimlElement,
  params: Record<string, string>,
  orSelf: boolean,
): DocumentRequest | null {
  const action = element.attributes.action;
  if (action === undefined && !orSelf) return null;
  const url = action === undefined || action === "" ? run.documentUrl : absoluteUrl(run, action);
  if (url === null) return null;
  return { kind: "fetch", url, method: httpMethod(element.attributes.method), params };
}
