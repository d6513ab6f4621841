import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import type { Account } from "../contract";
import { checkAccessToken, TOKEN_EXPIRED, TOKEN_INVALID, type Grant } from "./access-token";
import { keepAlive } from "./heartbeat";
import { limitMessages } from "./message-limit";
import { readSdkFrame, writeSdkFrame, type CallFrame, type SdkFrame } from "./sdk-frames";

const LISTEN_TIMEOUT_MS = 10_000;
const MOST_CALLS = 8;
const MOST_FRAMES_WAITING = 100;
/** Timers count in 32 bits of milliseconds; tokens live 24 h at most anyway. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A call of this socket's browser, ringing or up. */
export interface SocketCall {
  onFrame(frame: CallFrame): void | Promise<void>;
  onSocketGone(): void;
}

export interface SdkSocketDeps {
  account: Account;
  log: Logger;
  onRegistered(socket: SdkSocket, identity: string): void;
  onUnregistered(socket: SdkSocket, identity: string): void;
  /** Frames for calls this socket does not hold: new outgoing calls, reconnects, late answers. */
  onStrayFrame(socket: SdkSocket, frame: CallFrame): void | Promise<void>;
  onClosed(socket: SdkSocket): void;
}

/** One connection of a Voice SDK device: checks its token, keeps it registered, hands frames to the calls they are for. */
export class SdkSocket {
  private readonly socket: WebSocket;
  private readonly deps: SdkSocketDeps;
  private readonly calls = new Map<string, SocketCall>();
  private readonly listenTimer: NodeJS.Timeout;
  private grant: Grant | null = null;
  private registeredAs: string | null = null;
  private expiryTimer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(socket: WebSocket, deps: SdkSocketDeps) {
    this.socket = socket;
    this.deps = deps;
    this.listenTimer = setTimeout(() => socket.close(1008, "no token within 10 s"), LISTEN_TIMEOUT_MS);
    const heard = keepAlive(socket);
    const withinLimit = limitMessages();
    socket.on("message", (data: RawData, isBinary: boolean) => {
      heard();
      const text = isBinary ? "" : data.toString();
      if (text === "\n") return;
      if (!withinLimit() || this.waiting >= MOST_FRAMES_WAITING) socket.close(1008, "too many messages");
      else this.enqueue(text);
    });
    socket.on("error", (error) => deps.log.warn({ err: error }, "signalling socket failed"));
    socket.once("close", () => this.closed());
  }

  /** The valid token this browser showed last; null before that and after its expiry. */
  get validGrant(): Grant | null {
    return this.grant && this.grant.expiresAtMs > Date.now() ? this.grant : null;
  }

  /** Sends a frame; silently does nothing on a socket that is closing (its "close" is under way). */
  send(type: string, payload: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(writeSdkFrame(type, payload));
  }

  /** Whether the browser may hold another call. */
  get hasRoom(): boolean {
    return new Set(this.calls.values()).size < MOST_CALLS;
  }

  /** Routes frames with this call SID to `call`, until it is released or the socket closes. */
  hold(callSid: string, call: SocketCall): void {
    this.calls.set(callSid, call);
  }

  release(callSid: string): void {
    this.calls.delete(callSid);
  }

  close(): void {
    this.socket.close(1001, "the carrier is closing");
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Frames are worked on one after another, since checking a token takes a moment and a register follows at once. */
  private enqueue(text: string): void {
    this.waiting += 1;
    this.work = this.work
      .then(() => this.handle(text))
      .catch((error: unknown) => this.deps.log.error({ err: error }, "a signalling frame could not be handled"))
      .finally(() => {
        this.waiting -= 1;
      });
  }

  private async handle(text: string): Promise<void> {
    const frame = readSdkFrame(text);
    if (!frame) {
      this.deps.log.warn({ frame: text.slice(0, 200) }, "unknown signalling frame");
      this.sendError(31_000, "The carrier does not understand this frame.");
      return;
    }
    if (frame.type === "listen") return this.listen(frame.payload.token);
    const call = frame.type === "register" ? undefined : this.calls.get(frame.payload.callsid);
    // A call that is up outlives the token it was made with.
    if (call && frame.type !== "register") return call.onFrame(frame);
    if (!this.validGrant) {
      this.sendError(this.grant ? TOKEN_EXPIRED : TOKEN_INVALID, "There is no valid access token.");
      return;
    }
    if (frame.type === "register") this.register(frame);
    else await this.deps.onStrayFrame(this, frame);
  }

  private async listen(token: string): Promise<void> {
    const check = await checkAccessToken(token, this.deps.account);
    if ("error" in check) {
      this.sendError(check.error.code, check.error.message);
      return;
    }
    const { grant } = check;
    if (this.registeredAs !== null && this.registeredAs !== grant.identity) this.unregister();
    clearTimeout(this.listenTimer);
    clearTimeout(this.expiryTimer);
    this.grant = grant;
    const ttlMs = grant.expiresAtMs - Date.now();
    this.expiryTimer = setTimeout(() => this.expire(), Math.min(ttlMs, LONGEST_TIMER_MS));
    this.send("connected", {
      accountsid: this.deps.account.accountSid,
      edge: "local",
      gateway: "carrier",
      home: "us1",
      region: "US_EAST_VIRGINIA",
      token: { identity: grant.identity, ttl: Math.floor(ttlMs / 1_000) },
    });
  }

  private register(frame: Extract<SdkFrame, { type: "register" }>): void {
    const grant = this.validGrant;
    if (!grant) return;
    if (frame.payload.media?.audio !== true) {
      this.unregister();
      this.send("offline", {});
      return;
    }
    if (grant.incomingAllow && this.registeredAs === null) {
      this.registeredAs = grant.identity;
      this.deps.onRegistered(this, grant.identity);
    }
    // Twilio confirms the registration of a token without incoming calls too; it just never rings.
    this.send("ready", {});
  }

  /** Calls that are up go on without a token; ringing for this browser stops until it shows a new one. */
  private expire(): void {
    this.unregister();
    this.sendError(TOKEN_EXPIRED, "The access token has expired.");
    this.send("offline", {});
  }

  private unregister(): void {
    if (this.registeredAs === null) return;
    const identity = this.registeredAs;
    this.registeredAs = null;
    this.deps.onUnregistered(this, identity);
  }

  private sendError(code: number, message: string): void {
    this.send("error", { error: { code, message } });
  }

  private closed(): void {
    clearTimeout(this.listenTimer);
    clearTimeout(this.expiryTimer);
    this.unregister();
    const calls = new Set(this.calls.values());
    this.calls.clear();
    for (const call of calls) call.onSocketGone();
    this.deps.onClosed(this);
  }
}
