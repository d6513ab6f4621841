import type { Message } from "../engine/message-store";
import { rfc2822 } from "../engine/rfc2822";
import { field, urlField } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestAnswer, type RestRequest } from "./rest-request";

const MOST_CHARACTERS = 1_600;
/** Characters of one part: of the alphabet of SMS, and of any other. */
const PART = { plain: 160, wide: 70 };
const E164 = /^\+[1-9]\d{6,14}$/;

export function createMessage(request: RestRequest): RestAnswer {
  const { carrier, form } = request;
  const to = field(form, "To");
  const from = field(form, "From");
  const body = field(form, "Body");
  if (to === undefined) throw new RestError(400, 21_604, "A 'To' phone number is required.");
  if (from === undefined) throw new RestError(400, 21_603, "A 'From' phone number is required.");
  if (body === undefined) throw new RestError(400, 21_602, "Message body is required.");
  if (!E164.test(to)) throw new RestError(400, 21_211, `Invalid 'To' Phone Number: ${to}`);
  if (!carrier.account.phoneNumbers.includes(from)) {
    throw new RestError(400, 21_606, `The 'From' phone number ${from} is not a valid message-capable number.`);
  }
  if (body.length > MOST_CHARACTERS) {
    throw new RestError(400, 21_617, `The concatenated message body exceeds the ${MOST_CHARACTERS} character limit.`);
  }
  const statusCallback = urlField(form, "StatusCallback", 21_609);
  const message = carrier.messages.send({ from, to, body, statusCallback });
  return { status: 201, body: messageResource(request, message) };
}

export function fetchMessage(request: RestRequest): RestAnswer {
  const sid = pathId(request, 0);
  const message = request.carrier.messages.find(sid);
  if (!message) throw notFound(`/Messages/${sid}.json`);
  return { status: 200, body: messageResource(request, message) };
}

export function listMessages(request: RestRequest): RestAnswer {
  const { query } = request;
  const messages = request.carrier.messages.list({ to: query.get("To"), from: query.get("From") });
  return listAnswer(request, "messages", messages, (message) => messageResource(request, message));
}

function messageResource({ carrier }: RestRequest, message: Message): Record<string, unknown> {
  const account = carrier.account.accountSid;
  const uri = `/2010-04-01/Accounts/${account}/Messages/${message.sid}`;
  // Letters outside of Latin 1 need the wide alphabet: near enough to GSM 03.38 for counting parts.
  const isWide = Buffer.from(message.body, "latin1").toString("latin1") !== message.body;
  const part = isWide ? PART.wide : PART.plain;
  return {
    account_sid: account,
    api_version: "2010-04-01",
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt ? rfc2822(message.sentAt) : null,
    date_updated: rfc2822(message.updatedAt),
    direction: "outbound-api",
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : "Unreachable destination handset",
    from: message.from,
    messaging_service_sid: null,
    num_media: "0",
    num_segments: String(Math.ceil(message.body.length / part)),
    price: null,
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}
