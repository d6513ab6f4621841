import { randomInt } from "node:crypto";
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
  type RTCRtpSender,
} from "werift";
import type { Logger } from "pino";
import { FRAME_SAMPLES, type AudioEndpoint, type Frame } from "../contract";
import { JitterBuffer } from "./jitter-buffer";
import { decodeMuLaw, encodeMuLaw } from "./mu-law";
import { assertUsable, iceSession, telephoneEventTypes, withNarrowbandEventsOnly } from "./session-description";
import { TelephoneEvents } from "./telephone-events";

const PCMU_TYPE = 0;
const TELEPHONE_EVENT_TYPE = 101;
const GATHERING_TIMEOUT_MS = 3_000;
/** Twenty minutes of PCMU in one packet do not exist: anything above 200 ms is not sound for us. */
const LARGEST_PAYLOAD = 1_600;

export interface PeerOptions {
  /** Addresses to be reached at besides those of the network interfaces; browsers on this machine use 127.0.0.1. */
  hostAddresses: string[];
  /** UDP ports to use, or any free ones. */
  portRange?: [number, number];
  log: Logger;
  onClose(peer: WebRtcPeer): void;
}

/**
 * One WebRTC connection with a browser: PCMU both ways and keys as telephone-event. Makes an offer (for ringing
 * browsers) or answers one (for calling browsers), never both first. Incoming sound is put in order and handed on in
 * steps of 20 ms when the media plane calls `deliver`.
 */
export class WebRtcPeer implements AudioEndpoint {
  private readonly connection: RTCPeerConnection;
  private readonly sender: RTCRtpSender;
  private readonly options: PeerOptions;
  private readonly jitter = new JitterBuffer();
  private readonly events = new TelephoneEvents();
  private readonly eventTypes = new Set<number>();
  private readonly frameListeners = new Set<(frame: Frame) => void>();
  private readonly digitListeners = new Set<(digit: string) => void>();
  private sequence = randomInt(0x8000);
  private timestamp = randomInt(0x7fffffff);
  private received = 0;
  private closed = false;

  constructor(options: PeerOptions) {
    this.options = options;
    this.connection = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: options.hostAddresses,
      ...(options.portRange ? { icePortRange: options.portRange } : {}),
      codecs: {
        audio: [
          new RTCRtpCodecParameters({ mimeType: "audio/PCMU", clockRate: 8_000, channels: 1, payloadType: PCMU_TYPE }),
          new RTCRtpCodecParameters({
            mimeType: "audio/telephone-event",
            clockRate: 8_000,
            channels: 1,
            payloadType: TELEPHONE_EVENT_TYPE,
            parameters: "0-15",
          }),
        ],
      },
    });
    this.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.receive(packet));
    });
    this.sender = this.connection.addTransceiver(new MediaStreamTrack({ kind: "audio" }), {
      direction: "sendrecv",
    }).sender;
  }

  /** An SDP offer with all candidates in it. */
  async offer(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return this.localSdp();
  }

  /** Takes the browser's answer to the offer. @throws Error when the SDP can't be used */
  async accept(answer: string): Promise<void> {
    assertUsable(answer);
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer });
    this.learnEventTypes(answer);
  }

  /** Answers the browser's offer, the first one or a renewed one (ICE restart). @throws Error when the SDP can't be used */
  async answer(offer: string): Promise<string> {
    assertUsable(offer);
    const before = iceSession(this.connection.remoteDescription?.sdp);
    await this.connection.setRemoteDescription({ type: "offer", sdp: withNarrowbandEventsOnly(offer) });
    this.learnEventTypes(offer);
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    if (before !== undefined && before !== iceSession(offer)) this.restartIce();
    return this.localSdp();
  }

  send(frame: Frame): void {
    if (this.closed) return;
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + FRAME_SAMPLES) >>> 0;
    const header = new RtpHeader({ payloadType: PCMU_TYPE, sequenceNumber: this.sequence, timestamp: this.timestamp });
    this.sender.sendRtp(new RtpPacket(header, Buffer.from(encodeMuLaw(frame)))).catch((error: unknown) => {
      // Sending races with the far end going away; the signalling decides what becomes of the call.
      this.options.log.debug({ err: error }, "an audio packet was not sent");
    });
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    this.frameListeners.add(listener);
    return () => this.frameListeners.delete(listener);
  }

  onDigit(listener: (digit: string) => void): () => void {
    this.digitListeners.add(listener);
    return () => this.digitListeners.delete(listener);
  }

  /** A key that arrived through the signalling instead of the sound. */
  pressDigit(digit: string): void {
    for (const listener of [...this.digitListeners]) listener(digit);
  }

  /** Hands on the next 20 ms of what the browser says, if there is any. */
  deliver(): void {
    const frame = this.jitter.pull();
    if (!frame) return;
    for (const listener of [...this.frameListeners]) listener(frame);
  }

  /** For logs and tests. */
  state(): { connection: string; packetsReceived: number } {
    return { connection: this.connection.connectionState, packetsReceived: this.received };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.frameListeners.clear();
    this.digitListeners.clear();
    this.connection.close().catch((error: unknown) => {
      this.options.log.warn({ err: error }, "a WebRTC connection did not close properly");
    });
    this.options.onClose(this);
  }

  private receive(packet: RtpPacket): void {
    this.received += 1;
    const { payloadType, timestamp } = packet.header;
    if (payloadType === PCMU_TYPE) {
      if (packet.payload.length <= LARGEST_PAYLOAD) this.jitter.push(timestamp, decodeMuLaw(packet.payload));
      return;
    }
    if (!this.eventTypes.has(payloadType)) return;
    const digit = this.events.read(timestamp, packet.payload);
    if (digit !== null) this.pressDigit(digit);
  }

  private learnEventTypes(sdp: string): void {
    for (const type of telephoneEventTypes(sdp)) this.eventTypes.add(type);
  }

  /** werift 0.25 skips the connectivity checks of a restart once DTLS is up, and then sends nothing any more. */
  private restartIce(): void {
    for (const transport of this.connection.iceTransports) {
      transport.start().catch((error: unknown) => {
        this.options.log.warn({ err: error }, "ICE could not be restarted");
      });
    }
  }

  private async localSdp(): Promise<string> {
    if (this.connection.iceGatheringState !== "complete") {
      await this.connection.iceGatheringStateChange.watch((state) => state === "complete", GATHERING_TIMEOUT_MS);
    }
    const description = this.connection.localDescription;
    if (!description) throw new Error("The WebRTC connection has no description of its own.");
    return description.sdp;
  }
}
