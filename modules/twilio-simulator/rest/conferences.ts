import type { Carrier } from "../engine/carrier";
import type { Conference } from "../engine/conference";
import { endByApi } from "../engine/conference-flow";
import { announce } from "../engine/conference-sound";
import { httpMethod } from "../engine/documents";
import { rfc2822 } from "../engine/rfc2822";
import { field, urlField } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

function conferenceResource(carrier: Carrier, conference: Conference): Record<string, unknown> {
  const account = carrier.account.accountSid;
  const base = `/2010-04-01/Accounts/${account}/Conferences/${conference.sid}`;
  const over = conference.status === "completed";
  return {
    account_sid: account,
    api_version: "2010-04-01",
    call_sid_ending_conference: over ? conference.callSidEnding : null,
    date_created: rfc2822(conference.createdAt),
    date_updated: rfc2822(conference.updatedAt),
    friendly_name: conference.friendlyName,
    reason_conference_ended: over ? conference.endReason : null,
    region: "us1",
    sid: conference.sid,
    status: conference.status,
    subresource_uris: { participants: `${base}/Participants.json`, recordings: `${base}/Recordings.json` },
    uri: `${base}.json`,
  };
}

/** @throws RestError 20404 */
export function findConference(request: RestRequest): Conference {
  const sid = pathId(request, 0);
  const conference = request.carrier.conferences.findBySid(sid);
  if (!conference) throw notFound(`/2010-04-01/Accounts/${request.carrier.account.accountSid}/Conferences/${sid}.json`);
  return conference;
}

export const listConferences: RestHandler = (request) => {
  const { query, carrier } = request;
  const name = query.get("FriendlyName");
  const status = query.get("Status");
  const conferences = carrier.conferences
    .list()
    .filter(
      (one) =>
        (name === null || one.friendlyName === name) &&
        (status === null || one.status === status) &&
        onDay(query, "DateCreated", one.createdAt) &&
        onDay(query, "DateUpdated", one.updatedAt),
    );
  return listAnswer(request, "conferences", conferences, (one) => conferenceResource(carrier, one));
};

/** Whether a time satisfies Name (that day), Name< and Name> (that day included). */
function onDay(query: URLSearchParams, name: string, time: Date): boolean {
  const day = time.toISOString().slice(0, 10);
  const [on, before, after] = [query.get(name), query.get(`${name}<`), query.get(`${name}>`)];
  return (on === null || day === on) && (before === null || day <= before) && (after === null || day >= after);
}

export const fetchConference: RestHandler = (request) => ({
  status: 200,
  body: conferenceResource(request.carrier, findConference(request)),
});

export const updateConference: RestHandler = (request) => {
  const conference = findConference(request);
  const { form } = request;
  const status = field(form, "Status");
  const announceUrl = urlField(form, "AnnounceUrl", 21_205);
  if (status !== undefined && status !== "completed") throw new RestError(400, 20_001, `Invalid Status: ${status}`);
  if (announceUrl !== undefined) {
    if (conference.status !== "in-progress") throw new RestError(400, 16_027, "The conference is not in progress");
    announce(
      request,
      conference,
      conference.participants,
      {
        kind: "fetch",
        url: announceUrl,
        method: httpMethod(field(form, "AnnounceMethod")),
        params: {},
      },
      true,
    );
  }
  if (status === "completed") endByApi(request.carrier, conference);
  return { status: 200, body: conferenceResource(request.carrier, conference) };
};
