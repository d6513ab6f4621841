import { newId } from "@/lib/ids";
import type { Contract } from "@/lib/http/contract";
import { shortWay, type PlainAnswer, type PlainRequest } from "@/lib/http/short-way";
import { isDatabaseAway } from "@/lib/db/transaction";
import type { Wording } from "@/modules/call-queue/domain/announcements/wording";
import type { RouteHandler } from "@/lib/http/route";
import type { WebhookRequest } from "./domain/webhook-request";
import { holdTheLine } from "./twiml/documents";
import { EMPTY, type TwimlDocument } from "./twiml/verbs";
import { CallTurns } from "./services/call-turns";

export interface WebhookPorts {
  publicBaseUrl(): string;
  isSigned(request: { url: string; params: Readonly<Record<string, string>>; signature: string | null }): boolean;
  render(document: TwimlDocument): string;
  /** What the caller of this leg was last spoken to in: nothing is looked up. */
  wording(callSid: string | undefined): Wording;
  /** A request came that the carrier had not signed. */
  unsigned(): Promise<void>;
  log: {
    error(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    debug(fields: object, message: string): void;
  };
}

export interface WebhookOptions {
  /**
   * Nobody hears the answer, so that a failure may ask the carrier to deliver again (5xx); otherwise a leg is waiting
   * for its document and always gets one.
   */
  isCallback?: (request: WebhookRequest) => boolean;
  /** What a leg hears when its document cannot be made; by default it is held and asks again. */
  onFailure?: (request: WebhookRequest) => TwimlDocument;
}

const MOST_BYTES = 64 * 1_024;
/** The longest value is two minutes of speech in words. */
const MOST_VALUE = 4_096;

/**
 * Makes the wrapper of the carrier's webhooks. A missing or wrong signature answers 403 and nothing else; whatever else
 * goes wrong is answered with TwiML that helps the person on the line. They come by the thousand and need nothing of
 * Next: the short way.
 */
export function createWebhook(ports: WebhookPorts) {
  const turns = new CallTurns();
  return function webhook(
    contract: Contract,
    handle: (request: WebhookRequest) => Promise<TwimlDocument>,
    options: WebhookOptions = {},
  ): RouteHandler {
    return shortWay(contract, async (request) => {
      const requestId = newId();
      const received = await receive(request, ports, requestId);
      if (!received) {
        ports.log.warn({ path: contract.path, requestId }, "webhook without a valid signature");
        await ports.unsigned();
        return { status: 403, headers: {}, body: null };
      }
      const { params } = received;
      ports.log.debug(
        {
          path: contract.path,
          requestId,
          callSid: params.CallSid,
          status: params.CallStatus,
          event: params.StatusCallbackEvent,
        },
        "webhook",
      );
      try {
        return xml(ports.render(await turns.take(received, () => handle(received))));
      } catch (error) {
        const away = isDatabaseAway(error);
        ports.log.error(
          { err: error, path: contract.path, requestId, callSid: params.CallSid, away },
          "webhook failed",
        );
        if (options.isCallback?.(received)) return xml(ports.render(EMPTY), 503);
        const held = (): TwimlDocument => holdTheLine(received.url, ports.wording(params.CallSid));
        return xml(ports.render(options.onFailure ? options.onFailure(received) : held()));
      }
    });
  };
}

/** Reads and checks the request; undefined when it is not the carrier's. The signature covers the bytes of its target. */
async function receive(
  request: PlainRequest,
  ports: WebhookPorts,
  requestId: string,
): Promise<WebhookRequest | undefined> {
  const url = ports.publicBaseUrl() + request.target;
  let text: string;
  try {
    text = await request.text(MOST_BYTES);
  } catch (error) {
    ports.log.warn({ err: error, requestId }, "webhook body could not be read");
    return undefined;
  }
  const params = Object.fromEntries(new URLSearchParams(text));
  if (!ports.isSigned({ url, params, signature: request.header("x-twilio-signature") })) return undefined;
  return { params: storable(params), query: new URL(url).searchParams, url, requestId };
}

/** The database refuses null bytes and half surrogates, whoever signed them. */
function storable(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value.replaceAll("\0", "").toWellFormed().slice(0, MOST_VALUE),
    ]),
  );
}

function xml(body: string, status = 200): PlainAnswer {
  return { status, headers: { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" }, body };
}
