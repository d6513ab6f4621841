import type { Logger } from "pino";
import type { WebRtcPeer } from "../media/web-rtc-peer";
import { HangupSignal } from "./hangup-signal";
import type { CallFrame } from "./sdk-frames";
import type { SdkSocket, SocketCall } from "./sdk-socket";
import { newReconnectToken } from "./sids";

/** The Voice SDK's maxCallSignalingTimeoutMs goes up to 30 s: so long a call waits for its browser to come back. */
const RECONNECT_TIMEOUT_MS = 30_000;
const KEYS = /^[0-9*#]$/;

/** Calls that are up, by call SID: where a browser with a new socket finds its call again. */
export type CallDirectory = Map<string, EstablishedCall>;

export interface EstablishedCallDeps {
  callSid: string;
  /** Further names under which the browser sends frames for this call. */
  aliases: string[];
  peer: WebRtcPeer;
  socket: SdkSocket;
  directory: CallDirectory;
  log: Logger;
  /** The browser's SDP, whose fingerprint tells whether a returning browser still has the same connection. */
  remoteSdp: string;
}

function fingerprintOf(sdp: string): string | undefined {
  return /^a=fingerprint:(\S+ \S+)/m.exec(sdp)?.[1]?.toLowerCase();
}

/** A call of a browser that is up, from its answer to its hangup, over as many sockets as it takes. */
export class EstablishedCall implements SocketCall {
  readonly hungUp = new HangupSignal();
  private readonly deps: EstablishedCallDeps;
  private socket: SdkSocket | null = null;
  private reconnectToken = newReconnectToken();
  private dropTimer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(deps: EstablishedCallDeps) {
    this.deps = deps;
    deps.directory.set(deps.callSid, this);
    this.bind(deps.socket);
  }

  /** Tells the browser that the call is up; `sdp` when it waits for an answer to its offer. */
  announce(sdp?: string): void {
    this.socket?.send("answer", {
      callsid: this.deps.callSid,
      reconnect: this.reconnectToken,
      ...(sdp ? { sdp } : {}),
    });
  }

  async onFrame(frame: CallFrame): Promise<void> {
    switch (frame.type) {
      case "hangup":
      case "reject":
        return this.end("browser");
      case "dtmf":
        for (const key of frame.payload.dtmf) if (KEYS.test(key)) this.deps.peer.pressDigit(key);
        return;
      case "message":
        this.socket?.send("ack", {
          acktype: "message",
          callsid: this.deps.callSid,
          voiceeventsid: frame.payload.voiceeventsid,
        });
        return;
      case "reinvite":
        return this.renegotiate(frame.payload.sdp);
      case "invite":
        if (this.socket) this.resume(this.socket, frame.payload.reconnect, frame.payload.sdp);
        return;
      case "answer":
        // A second answer on the same socket says nothing new.
        return;
    }
  }

  onSocketGone(): void {
    this.socket = null;
    if (this.ended) return;
    this.deps.log.info({ callSid: this.deps.callSid }, "signalling lost in a call; waiting for the browser to return");
    this.dropTimer = setTimeout(() => this.end("browser"), RECONNECT_TIMEOUT_MS);
  }

  /** Goes on over a new socket when the browser knows the token and still has its media connection. */
  resume(socket: SdkSocket, token: string | undefined, sdp: string): void {
    const sameConnection = fingerprintOf(sdp) === fingerprintOf(this.deps.remoteSdp);
    if (token !== this.reconnectToken || !sameConnection) {
      socket.send("hangup", {
        callsid: this.deps.callSid,
        error: { code: 31_005, message: "The call can't be picked up again here." },
      });
      return;
    }
    clearTimeout(this.dropTimer);
    this.unbind();
    this.bind(socket);
    this.reconnectToken = newReconnectToken();
    this.announce();
  }

  /** Ends the call; the side that ends it needs no telling. */
  end(by: "browser" | "carrier", error?: { code: number; message: string }): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.dropTimer);
    if (by === "carrier") this.socket?.send("hangup", { callsid: this.deps.callSid, ...(error ? { error } : {}) });
    this.unbind();
    this.deps.directory.delete(this.deps.callSid);
    this.deps.peer.close();
    if (by === "browser") this.hungUp.fire();
  }

  private bind(socket: SdkSocket): void {
    this.socket = socket;
    for (const name of [this.deps.callSid, ...this.deps.aliases]) socket.hold(name, this);
  }

  private unbind(): void {
    for (const name of [this.deps.callSid, ...this.deps.aliases]) this.socket?.release(name);
    this.socket = null;
  }

  /** An ICE restart, after the browser changed networks. */
  private async renegotiate(sdp: string): Promise<void> {
    const { callSid, peer, log } = this.deps;
    try {
      const answer = await peer.answer(sdp);
      this.socket?.send("answer", { callsid: callSid, sdp: answer, reconnect: this.reconnectToken });
    } catch (error) {
      log.warn({ err: error, callSid }, "the media connection could not be renewed");
      this.socket?.send("error", {
        callsid: callSid,
        error: { code: 31_003, message: "The media connection could not be renewed." },
      });
    }
  }
}
