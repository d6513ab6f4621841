import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import type { Account, OutgoingFromBrowser } from "../contract";
import type { CarrierMedia } from "../media/create-media-plane";
import type { WebRtcPeer } from "../media/web-rtc-peer";
import { HangupSignal } from "./hangup-signal";
import { keepAlive } from "./heartbeat";
import { limitMessages } from "./message-limit";
import { newCallSid } from "./sids";
import {
  readTelephoneFrame,
  type TelephoneCallNews,
  type TelephoneFrame,
  type TelephoneNews,
} from "./telephone-frames";

const LONGEST_CAPTION = 4_096;

export interface TelephoneSocketDeps {
  account: Account;
  media: CarrierMedia;
  log: Logger;
  onDial(call: OutgoingFromBrowser): void;
  onClosed(socket: TelephoneSocket): void;
}

interface TelephoneCall {
  /** The page's own number for the call: news of an earlier call must not reach a later one. */
  ref: number;
  callSid: string;
  peer: WebRtcPeer;
  hungUp: HangupSignal;
}

/** One open telephone page: at most one call at a time, which ends with the page. */
export class TelephoneSocket {
  private readonly socket: WebSocket;
  private readonly deps: TelephoneSocketDeps;
  private call: TelephoneCall | null = null;

  constructor(socket: WebSocket, deps: TelephoneSocketDeps) {
    this.socket = socket;
    this.deps = deps;
    const heard = keepAlive(socket);
    const withinLimit = limitMessages();
    socket.on("message", (data: RawData, isBinary: boolean) => {
      heard();
      const text = isBinary ? "" : data.toString();
      if (text === "\n") return;
      if (!withinLimit()) socket.close(1008, "too many messages");
      else this.handle(text);
    });
    socket.on("error", (error) => deps.log.warn({ err: error }, "telephone socket failed"));
    socket.once("close", () => {
      this.endCall("telephone");
      deps.onClosed(this);
    });
    this.tell({ type: "hello", numbers: deps.account.phoneNumbers });
  }

  close(): void {
    this.endCall("carrier");
    this.socket.close(1001, "the carrier is closing");
  }

  terminate(): void {
    this.socket.terminate();
  }

  private tell(news: TelephoneNews | (TelephoneCallNews & { ref: number })): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(news));
  }

  private handle(text: string): void {
    const frame = readTelephoneFrame(text);
    if ("problem" in frame) {
      this.tell({ type: "refused", message: frame.problem });
      return;
    }
    if (frame.type === "dial") this.dial(frame);
    else if (frame.type === "digit") this.call?.peer.pressDigit(frame.digit);
    else if (frame.type === "hangup") this.endCall("telephone");
  }

  private dial(frame: Extract<TelephoneFrame, { type: "dial" }>): void {
    if (this.call) {
      this.tell({ type: "refused", message: "This telephone is in a call already." });
      return;
    }
    try {
      this.startCall(frame);
    } catch (error) {
      this.deps.log.error({ err: error }, "a telephone call could not be started");
      this.endCall("carrier", "The carrier could not take the call.");
    }
  }

  private startCall(frame: Extract<TelephoneFrame, { type: "dial" }>): void {
    const call: TelephoneCall = {
      ref: frame.ref,
      callSid: newCallSid(),
      peer: this.deps.media.createPeer(),
      hungUp: new HangupSignal(),
    };
    this.call = call;
    const isCurrent = (): boolean => this.call === call;
    const tellOfCall = (news: TelephoneCallNews): void => {
      if (isCurrent()) this.tell({ ...news, ref: call.ref });
    };
    const sdp = call.peer.answer(frame.sdp);
    sdp.then(
      (answer) => tellOfCall({ type: "calling", callSid: call.callSid, sdp: answer }),
      (error: unknown) => {
        this.deps.log.warn({ err: error, callSid: call.callSid }, "the sound of a telephone can't be connected");
        if (isCurrent()) this.endCall("both", "The sound of this telephone can't be connected.");
      },
    );
    const endpoint = sdp.then(() => call.peer);
    // Reported above; an engine that has given the call up by then does not look at this promise any more.
    endpoint.catch(() => undefined);
    this.deps.onDial({
      callSid: call.callSid,
      from: frame.from,
      to: frame.to,
      params: {},
      applicationSid: undefined,
      endpoint,
      ringing: () => tellOfCall({ type: "ringing" }),
      answered: () => tellOfCall({ type: "answered" }),
      hangup: (error) => {
        if (isCurrent()) this.endCall("carrier", error?.message);
      },
      onHangup: (listener) => call.hungUp.listen(listener),
      caption: (text) => tellOfCall({ type: "caption", text: text.slice(0, LONGEST_CAPTION) }),
      progress: (state, detail) => tellOfCall({ type: "progress", state, ...(detail === undefined ? {} : { detail }) }),
    });
  }

  /** Ends the call, if there is one, and tells the side that did not end it. */
  private endCall(by: "carrier" | "telephone" | "both", message?: string): void {
    const call = this.call;
    if (!call) return;
    this.call = null;
    call.peer.close();
    if (by !== "telephone")
      this.tell({ type: "hangup", ref: call.ref, by: "carrier", ...(message === undefined ? {} : { message }) });
    if (by !== "carrier") call.hungUp.fire();
  }
}
