import { clock } from "../clock";
import type { Carrier } from "../engine/carrier";
import type { Conference } from "../engine/conference";
import { httpMethod } from "../engine/documents";
import { placeCall } from "../engine/place-call";
import { rfc2822 } from "../engine/rfc2822";
import { MOST_CALL_SECONDS } from "../engine/run-call";
import { checkAddresses, statusCallbackFields } from "./calls";
import { field, flagField, numberField, urlField, wordsField } from "./form";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

/** Rings somebody and puts them into a conference when they answer: the conference by its SID, or by a name. */
export const createParticipant: RestHandler = (request) => {
  const { form, carrier } = request;
  const to = field(form, "To");
  const from = field(form, "From");
  if (to === undefined) throw new RestError(400, 21_201, "No 'To' number is specified");
  if (from === undefined) throw new RestError(400, 21_213, "No 'From' number is specified");
  checkAddresses(request, to, from);
  const conference = findOrOpen(request);
  const label = field(form, "Label") ?? null;
  if (label !== null && conference.participants.some((one) => one.label === label)) {
    throw new RestError(400, 16_025, `The label "${label}" is taken in this conference`);
  }
  const call = placeCall(request, {
    to,
    from: field(form, "CallerId") ?? from,
    document: { kind: "inline", twiml: joinDocument(form, conference, label) },
    timeoutSeconds: numberField(form, "Timeout", 1, 600) ?? 60,
    timeLimitSeconds: numberField(form, "TimeLimit", 1, 86_400) ?? MOST_CALL_SECONDS,
    statusCallback: statusCallbackFields(form),
    detection: null,
  });
  return { status: 201, body: queuedParticipant(carrier, conference, call.sid, label, form) };
};

function findOrOpen(request: RestRequest): Conference {
  const id = pathId(request, 0);
  const { form, carrier } = request;
  if (/^CF[0-9a-fA-F]{32}$/.test(id)) {
    const conference = carrier.conferences.findBySid(id);
    if (!conference || conference.endReason !== null) throw notFound(request.path);
    return conference;
  }
  const url = urlField(form, "ConferenceStatusCallback", 21_609);
  return carrier.conferences.findOrCreate(
    id,
    url === undefined
      ? null
      : {
          url,
          method: httpMethod(field(form, "ConferenceStatusCallbackMethod")),
          events: new Set(wordsField(form, "ConferenceStatusCallbackEvent")),
        },
  );
}

/** What the new leg runs: the same Dial that a document would have. */
function joinDocument(form: URLSearchParams, conference: Conference, label: string | null): string {
  const waitUrl = form.get("WaitUrl");
  const attributes: Record<string, string | null> = {
    participantLabel: label,
    muted: form.get("Muted"),
    startConferenceOnEnter: form.get("StartConferenceOnEnter"),
    endConferenceOnExit: form.get("EndConferenceOnExit"),
    maxParticipants: form.get("MaxParticipants"),
    waitUrl,
    waitMethod: form.get("WaitMethod"),
    coach: flagField(form, "Coaching") === true ? form.get("CallSidToCoach") : null,
  };
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
  return `<Response><Dial><Conference${written}>${escapeXml(conference.friendlyName)}</Conference></Dial></Response>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function queuedParticipant(
  carrier: Carrier,
  conference: Conference,
  callSid: string,
  label: string | null,
  form: URLSearchParams,
) {
  const now = rfc2822(clock.date());
  const account = carrier.account.accountSid;
  const coaching = flagField(form, "Coaching") ?? false;
  return {
    account_sid: account,
    call_sid: callSid,
    call_sid_to_coach: coaching ? (field(form, "CallSidToCoach") ?? null) : null,
    coaching,
    conference_sid: conference.sid,
    date_created: now,
    date_updated: now,
    end_conference_on_exit: flagField(form, "EndConferenceOnExit") ?? false,
    hold: false,
    label,
    muted: flagField(form, "Muted") ?? false,
    queue_time: "0",
    start_conference_on_enter: flagField(form, "StartConferenceOnEnter") ?? true,
    status: "queued",
    uri: `/2010-04-01/Accounts/${account}/Conferences/${conference.sid}/Participants/${callSid}.json`,
  };
}
