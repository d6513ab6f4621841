import type { Call } from "../engine/call";
import { publicStatus } from "../engine/call-states";
import type { Carrier } from "../engine/carrier";
import { rfc2822 } from "../engine/rfc2822";

const SUBRESOURCES: Readonly<Record<string, string>> = {
  notifications: "Notifications",
  recordings: "Recordings",
  payments: "Payments",
  events: "Events",
  siprec: "Siprec",
  streams: "Streams",
  transcriptions: "Transcriptions",
  user_defined_message_subscriptions: "UserDefinedMessageSubscriptions",
  user_defined_messages: "UserDefinedMessages",
};

/** US numbers as people write them, everything else as it is. */
function formatted(address: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(address);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : address;
}

/** A call as the REST API shows it. */
export function callResource(carrier: Carrier, call: Call): Record<string, unknown> {
  const account = carrier.account.accountSid;
  const base = `/2010-04-01/Accounts/${account}/Calls/${call.sid}`;
  return {
    account_sid: account,
    answered_by: call.answeredBy,
    api_version: "2010-04-01",
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.updatedAt),
    direction: call.direction,
    duration: call.ended ? String(call.durationSeconds()) : null,
    end_time: call.endedAt ? rfc2822(call.endedAt) : null,
    forwarded_from: null,
    from: call.from,
    from_formatted: formatted(call.from),
    group_sid: null,
    parent_call_sid: call.parentSid,
    phone_number_sid: null,
    price: null,
    price_unit: "USD",
    queue_time: String(call.queueTimeMs),
    sid: call.sid,
    start_time: call.answeredAt ? rfc2822(call.answeredAt) : null,
    status: publicStatus(call.status),
    subresource_uris: Object.fromEntries(
      Object.entries(SUBRESOURCES).map(([name, path]) => [name, `${base}/${path}.json`]),
    ),
    to: call.to,
    to_formatted: formatted(call.to),
    trunk_sid: null,
    uri: `${base}.json`,
  };
}
