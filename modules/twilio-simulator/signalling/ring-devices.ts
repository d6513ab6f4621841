import type { Logger } from "pino";
import type { Account, RingingClient } from "../contract";
import type { CarrierMedia } from "../media/create-media-plane";
import type { WebRtcPeer } from "../media/web-rtc-peer";
import { EstablishedCall, type CallDirectory } from "./established-call";
import { HangupSignal } from "./hangup-signal";
import type { CallFrame } from "./sdk-frames";
import type { SdkSocket, SocketCall } from "./sdk-socket";
import { newReconnectToken } from "./sids";

export interface Invite {
  callSid: string;
  from: string;
  to: string;
  params: Record<string, string>;
}

export interface RingDeps {
  account: Account;
  media: CarrierMedia;
  directory: CallDirectory;
  log: Logger;
}

type Outcome = Awaited<RingingClient["outcome"]>;

/**
 * Rings all devices of an identity at once for one call. The first to accept gets it, the first to reject declines it
 * for all; either way the others stop ringing.
 */
export function ringDevices(sockets: SdkSocket[], invite: Invite, deps: RingDeps): RingingClient {
  const ringing = new RingingDevices(sockets, invite, deps);
  return {
    outcome: ringing.outcome,
    cancel: () => ringing.cancel(),
    onHangup: (listener) => ringing.hungUp.listen(listener),
    hangup: () => ringing.hangup(),
  };
}

class RingingDevices {
  readonly outcome: Promise<Outcome>;
  readonly hungUp = new HangupSignal();
  private readonly invite: Invite;
  private readonly deps: RingDeps;
  private readonly devices = new Set<RingingDevice>();
  private settle: (outcome: Outcome) => void = () => undefined;
  private established: EstablishedCall | null = null;
  private settled = false;
  private cancelled = false;

  constructor(sockets: SdkSocket[], invite: Invite, deps: RingDeps) {
    this.invite = invite;
    this.deps = deps;
    this.outcome = new Promise((resolve) => {
      this.settle = resolve;
    });
    if (sockets.length === 0) this.finish({ kind: "no-device" });
    for (const socket of sockets) this.devices.add(new RingingDevice(socket, invite, deps, this));
    // Not in the loop above: a device that fails at once must not be taken for the last one.
    for (const device of [...this.devices]) void device.ring();
  }

  /** Called by the device whose person accepted. */
  async accepted(device: RingingDevice, sdp: string): Promise<void> {
    if (this.settled) return device.stop("hangup");
    // Settled before the SDP is worked on, so that a second device can't come in between.
    this.settled = true;
    this.devices.delete(device);
    this.stopOthers();
    try {
      const peer = await device.connect(sdp);
      if (this.cancelled) {
        peer.close();
        throw new Error("cancelled by the caller");
      }
      this.established = new EstablishedCall({
        callSid: this.invite.callSid,
        aliases: [],
        peer,
        socket: device.socket,
        directory: this.deps.directory,
        log: this.deps.log,
        remoteSdp: sdp,
      });
      this.established.hungUp.listen(() => this.hungUp.fire());
      this.established.announce();
      this.settle({ kind: "answered", endpoint: peer });
    } catch (error) {
      device.stop("hangup");
      this.deps.log.warn(
        { err: error, callSid: this.invite.callSid },
        "a device accepted but its sound can't be connected",
      );
      this.settle({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  }

  rejected(device: RingingDevice): void {
    this.devices.delete(device);
    device.stop("quietly");
    this.finish({ kind: "rejected" });
  }

  /** A device that can't ring (any more); the call fails with the last of them. */
  lost(device: RingingDevice, reason: string): void {
    this.devices.delete(device);
    device.stop("quietly");
    if (this.devices.size === 0) this.finish({ kind: "failed", reason });
  }

  cancel(): void {
    this.cancelled = true;
    this.finish({ kind: "failed", reason: "cancelled by the caller" });
  }

  hangup(): void {
    if (this.established) this.established.end("carrier");
    else this.cancel();
  }

  private finish(outcome: Outcome): void {
    if (this.settled) return;
    this.settled = true;
    this.stopOthers();
    this.settle(outcome);
  }

  private stopOthers(): void {
    for (const other of this.devices) other.stop("cancel");
    this.devices.clear();
  }
}

/** One of the devices that ring. */
class RingingDevice implements SocketCall {
  readonly socket: SdkSocket;
  private readonly invite: Invite;
  private readonly deps: RingDeps;
  private readonly group: RingingDevices;
  private peer: WebRtcPeer | null = null;
  private invited = false;
  private stopped = false;

  constructor(socket: SdkSocket, invite: Invite, deps: RingDeps, group: RingingDevices) {
    this.socket = socket;
    this.invite = invite;
    this.deps = deps;
    this.group = group;
  }

  async ring(): Promise<void> {
    const { callSid, from, to, params } = this.invite;
    try {
      if (!this.socket.hasRoom) throw new Error("the browser holds too many calls");
      this.socket.hold(callSid, this);
      this.peer = this.deps.media.createPeer();
      const sdp = await this.peer.offer();
      if (this.stopped) return;
      this.invited = true;
      this.socket.send("invite", {
        callsid: callSid,
        sdp,
        reconnect: newReconnectToken(),
        parameters: {
          CallSid: callSid,
          From: from,
          To: to,
          AccountSid: this.deps.account.accountSid,
          ApiVersion: "2010-04-01",
          Params: new URLSearchParams(params).toString(),
        },
      });
    } catch (error) {
      this.deps.log.warn({ err: error, callSid }, "a device could not be rung");
      this.group.lost(this, error instanceof Error ? error.message : String(error));
    }
  }

  async onFrame(frame: CallFrame): Promise<void> {
    if (frame.type === "answer") await this.group.accepted(this, frame.payload.sdp);
    else if (frame.type === "reject" || frame.type === "hangup") this.group.rejected(this);
  }

  onSocketGone(): void {
    this.group.lost(this, "the device went away while it rang");
  }

  /** Hands the connection over to the established call. */
  async connect(answer: string): Promise<WebRtcPeer> {
    const peer = this.peer;
    if (!peer || this.stopped) throw new Error("the device stopped ringing");
    await peer.accept(answer);
    if (!this.peer) throw new Error("the device went away as it accepted");
    this.peer = null;
    return peer;
  }

  stop(how: "cancel" | "hangup" | "quietly"): void {
    if (this.stopped) return;
    this.stopped = true;
    this.socket.release(this.invite.callSid);
    if (this.invited && how !== "quietly") this.socket.send(how, { callsid: this.invite.callSid });
    this.peer?.close();
    this.peer = null;
  }
}
