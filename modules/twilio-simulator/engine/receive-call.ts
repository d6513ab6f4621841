import type { OutgoingFromBrowser } from "../contract";
import { inBackground } from "./background";
import type { Call, FarEnd, StatusCallback } from "./call";
import type { Carrier } from "./carrier";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest } from "./documents";
import { newCall } from "./new-call";
import { runCall } from "./run-call";

type Parts = { carrier: Carrier; runner: DocumentRunner };

/** A caller dials one of the account's numbers, with nobody behind the telephone but the control API. */
export function receiveScriptedCall(parts: Parts, from: string, to: string): Call {
  const call = newCall(parts.carrier, {
    direction: "inbound",
    from,
    to,
    parentSid: null,
    status: "ringing",
    statusCallback: completedOnly(parts.carrier.config.statusCallbackUrl),
  });
  inBackground(parts.carrier.log, "an incoming call", runCall(parts, call, numberDocument(parts.carrier)));
  return call;
}

/** A browser calls: a softphone through the TwiML App, or the telephone page through the number that it dialled. */
export function receiveBrowserCall(parts: Parts, outgoing: OutgoingFromBrowser): Call {
  const { carrier } = parts;
  const fromSdk = outgoing.applicationSid !== undefined;
  const { config } = carrier;
  const call = newCall(carrier, {
    sid: outgoing.callSid,
    direction: "inbound",
    from: outgoing.from,
    to: outgoing.to ?? outgoing.params.To ?? "",
    parentSid: null,
    status: "ringing",
    statusCallback: completedOnly(fromSdk ? config.applicationStatusCallbackUrl : config.statusCallbackUrl),
  });
  call.farEnd = farEndOf(outgoing);
  outgoing.onHangup(() => call.hangUp("the caller hung up"));
  outgoing.ringing();
  const document = fromSdk ? appDocument(carrier, outgoing) : numberDocument(carrier);
  inBackground(carrier.log, "a browser's call", connect(parts, call, outgoing, document));
  return call;
}

async function connect(
  parts: Parts,
  call: Call,
  outgoing: OutgoingFromBrowser,
  document: DocumentRequest,
): Promise<void> {
  try {
    const endpoint = await outgoing.endpoint;
    if (call.ended) endpoint.close();
    else call.audio.attach(endpoint);
  } catch (error) {
    parts.carrier.log.warn({ err: error, callSid: call.sid }, "no sound with the browser");
    outgoing.hangup({ code: 53_405, message: "Media connection failed" });
    call.end("failed", "media connection failed");
    return;
  }
  await runCall(parts, call, document);
}

function farEndOf(outgoing: OutgoingFromBrowser): FarEnd {
  return {
    answered: () => outgoing.answered(),
    hangUp: () => outgoing.hangup(),
    hears: (what) => outgoing.caption(captionOf(what)),
    moved: (state, detail) => outgoing.progress(state, detail),
  };
}

const NOTES: Readonly<Record<string, string>> = {
  music: "Hold music",
  ringback: "It rings at the other end",
  beep: "Beep",
};

/** An entry of `heard` in the words of the telephone page. */
function captionOf(what: string): string {
  return NOTES[what] ?? what.replace(/^(say|play|digits): /, "");
}

function numberDocument(carrier: Carrier): DocumentRequest {
  const { voiceUrl, voiceFallbackUrl } = carrier.config;
  return {
    kind: "fetch",
    url: voiceUrl,
    method: "POST",
    params: {},
    ...(voiceFallbackUrl === undefined ? {} : { fallback: { url: voiceFallbackUrl, method: "POST" as const } }),
  };
}

function appDocument(carrier: Carrier, outgoing: OutgoingFromBrowser): DocumentRequest {
  return {
    kind: "fetch",
    url: carrier.config.applicationVoiceUrl,
    method: "POST",
    params: { ...outgoing.params, ApplicationSid: outgoing.applicationSid ?? carrier.account.applicationSid },
  };
}

/** Incoming calls report nothing but their end. */
function completedOnly(url: string | undefined): StatusCallback | null {
  return url === undefined ? null : { url, method: "POST", events: new Set(["completed"]) };
}
