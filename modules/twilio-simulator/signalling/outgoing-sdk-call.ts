import type { Logger } from "pino";
import type { OutgoingFromBrowser } from "../contract";
import type { CarrierMedia } from "../media/create-media-plane";
import { EstablishedCall, type CallDirectory } from "./established-call";
import type { Grant } from "./access-token";
import type { CallFrame } from "./sdk-frames";
import type { SdkSocket } from "./sdk-socket";
import { newCallSid } from "./sids";

export interface OutgoingDeps {
  media: CarrierMedia;
  directory: CallDirectory;
  log: Logger;
  handler: (call: OutgoingFromBrowser) => void;
}

/**
 * Takes device.connect() of a browser: connects its sound at once and passes the call to the engine, which says when
 * it rings, is answered or ends.
 * @throws Error when the engine refuses the call
 */
export function startOutgoingCall(
  socket: SdkSocket,
  grant: Grant,
  invite: Extract<CallFrame, { type: "invite" }>["payload"],
  deps: OutgoingDeps,
): void {
  const callSid = newCallSid();
  const peer = deps.media.createPeer();
  const call = new EstablishedCall({
    callSid,
    aliases: [invite.callsid],
    peer,
    socket,
    directory: deps.directory,
    log: deps.log,
    remoteSdp: invite.sdp,
  });
  const sdp = peer.answer(invite.sdp);
  sdp.catch((error: unknown) => {
    deps.log.warn({ err: error, callSid }, "the sound of an outgoing call can't be connected");
    socket.send("hangup", {
      callsid: invite.callsid,
      error: { code: 31_000, message: "The offer of the browser can't be used." },
    });
    call.end("browser");
  });
  const endpoint = sdp.then(() => peer);
  // Reported above; an engine that has given the call up by then does not look at this promise any more.
  endpoint.catch(() => undefined);
  let announced: "nothing" | "ringing" | "answered" | "ended" = "nothing";
  deps.handler({
    callSid,
    from: `client:${grant.identity}`,
    to: undefined,
    params: Object.fromEntries(new URLSearchParams(invite.twilio?.params ?? "")),
    applicationSid: grant.applicationSid,
    endpoint,
    ringing() {
      if (announced !== "nothing") return;
      announced = "ringing";
      socket.send("ringing", { callsid: callSid });
    },
    answered() {
      if (announced === "answered" || announced === "ended") return;
      announced = "answered";
      // A failed answer has been reported above; there is nobody left to announce it to.
      void sdp.then(
        (answer) => call.announce(answer),
        () => undefined,
      );
    },
    hangup(error) {
      // Before "ringing" or "answer" the browser knows the call by its own name only.
      if (announced === "nothing") socket.send("hangup", { callsid: invite.callsid, ...(error ? { error } : {}) });
      announced = "ended";
      call.end("carrier", error);
    },
    onHangup: (listener) => call.hungUp.listen(listener),
    caption: () => undefined,
    progress: () => undefined,
  });
}
