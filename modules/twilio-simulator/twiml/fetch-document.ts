import type { Call } from "../engine/call";
import { callParameters } from "../engine/call-parameters";
import type { Carrier } from "../engine/carrier";
import type { DocumentRequest } from "../engine/documents";
import { parseTwiml, TwimlError, type TwimlElement } from "./parse";

export type FetchedDocument =
  | { kind: "document"; verbs: readonly TwimlElement[]; url: string | null }
  | { kind: "failed"; code: number; message: string; url: string | null }
  | { kind: "stopped" };

const XML_TYPES = ["text/xml", "application/xml", "text/html", "application/xhtml+xml"];

/** Fetches and parses a document, going to the fallback URL when the first fails. Never rejects. */
export async function fetchDocument(
  carrier: Carrier,
  call: Call,
  request: DocumentRequest,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  if (request.kind === "inline") return parsed(carrier, call, request.twiml, null);
  const first = await fetchOne(carrier, call, request, request.params, signal);
  if (first.kind !== "failed" || !request.fallback) return first;
  const params = { ...request.params, ErrorCode: String(first.code), ErrorUrl: request.url };
  return await fetchOne(carrier, call, request.fallback, params, signal);
}

async function fetchOne(
  carrier: Carrier,
  call: Call,
  target: { url: string; method: "GET" | "POST" },
  params: Record<string, string>,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  const result = await carrier.webhooks.send(
    {
      purpose: "twiml",
      url: target.url,
      method: target.method,
      callSid: call.sid,
      params: { ...callParameters(carrier.account.accountSid, call), ...params },
    },
    signal,
  );
  if (result.kind === "stopped" || signal.aborted) return { kind: "stopped" };
  if (result.kind === "failed") {
    const code = result.failure === "too-large" ? 11_750 : result.failure === "rt" ? 11_205 : 11_200;
    return failure(carrier, call, code, `HTTP retrieval failure: ${result.message}`, target.url);
  }
  if (result.status < 200 || result.status >= 300) {
    return failure(carrier, call, 11_200, `HTTP retrieval failure: status ${result.status}`, target.url);
  }
  const type = (result.contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (type.startsWith("audio/")) return { kind: "document", verbs: [element("Play", result.url)], url: result.url };
  if (type === "text/plain") return { kind: "document", verbs: [element("Say", result.body)], url: result.url };
  if (!XML_TYPES.includes(type))
    return failure(carrier, call, 12_300, `Invalid Content-Type: ${type || "none"}`, target.url);
  return parsed(carrier, call, result.body, result.url);
}

function parsed(carrier: Carrier, call: Call, text: string, url: string | null): FetchedDocument {
  try {
    return { kind: "document", verbs: parseTwiml(text), url };
  } catch (error) {
    if (!(error instanceof TwimlError)) throw error;
    return failure(carrier, call, error.code, error.message, url);
  }
}

function failure(carrier: Carrier, call: Call, code: number, message: string, url: string | null): FetchedDocument {
  carrier.journal.warn(code, message, call.sid, url ?? undefined);
  return { kind: "failed", code, message, url };
}

function element(name: string, text: string): TwimlElement {
  return { name, attributes: {}, children: [], text };
}
