import { clock } from "../clock";
import { pino, type Logger } from "pino";
import type { MediaPlane } from "../contract";
import { CallLeg } from "./call-leg";
import { fetchClipSamples } from "./fetch-clip";
import { startFrameClock } from "./frame-clock";
import { sourceOf } from "./frames";
import { holdMusicLoop, holdMusicSource } from "./hold-music";
import { MixingRoom } from "./mixing-room";
import { Speech } from "./speech";
import { ringbackTone } from "./tones";
import { WebRtcPeer } from "./web-rtc-peer";

/** Each leg costs a little of every 20 ms; beyond this the clock could not keep time. */
const MOST_LEGS = 2_000;
/** Each WebRTC connection holds a UDP socket per address and encrypts 50 packets a second. */
const MOST_PEERS = 500;

export interface MediaPlaneOptions {
  log?: Logger;
  /** Addresses that browsers may reach this machine at besides its interfaces'; default 127.0.0.1. */
  hostAddresses?: string[];
  /** UDP ports for media, or any free ones. */
  portRange?: [number, number];
}

/** The media plane together with what the signalling needs of it. */
export interface CarrierMedia extends MediaPlane {
  /** A WebRTC connection waiting for its first offer or answer. @throws Error beyond 500 at once */
  createPeer(): WebRtcPeer;
}

/** Starts the clock and everything that makes, mixes and carries sound. `close` ends it all. */
export function createMediaPlane(options: MediaPlaneOptions = {}): CarrierMedia {
  const log = options.log ?? pino({ name: "carrier-media", level: "warn" });
  const legs = new Set<CallLeg>();
  const rooms = new Set<MixingRoom>();
  const peers = new Set<WebRtcPeer>();
  const speech = new Speech();
  // Composing takes about 0.1 s, which calls would hear as a gap if the first one to be held had to wait for it.
  holdMusicLoop();

  const frame = (): void => {
    for (const peer of peers) peer.deliver();
    for (const leg of legs) leg.listen();
    for (const room of rooms) room.sum();
    for (const leg of legs) leg.speak();
  };
  const frames = startFrameClock(frame);
  const stopGoingAhead = clock.onFrame(frame);

  return {
    createLeg(callSid) {
      if (legs.size >= MOST_LEGS) throw new Error(`The carrier carries no more than ${MOST_LEGS} calls at once.`);
      const leg = new CallLeg(callSid, (closed) => legs.delete(closed));
      legs.add(leg);
      return leg;
    },
    createMix(name) {
      const room = new MixingRoom(name, (closed) => rooms.delete(closed));
      rooms.add(room);
      return room;
    },
    createPeer() {
      if (peers.size >= MOST_PEERS)
        throw new Error(`The carrier holds no more than ${MOST_PEERS} browser connections at once.`);
      const peer = new WebRtcPeer({
        hostAddresses: options.hostAddresses ?? ["127.0.0.1"],
        ...(options.portRange ? { portRange: options.portRange } : {}),
        log,
        onClose: (closed) => peers.delete(closed),
      });
      peers.add(peer);
      return peer;
    },
    async speak(text, how) {
      return sourceOf(await clock.holdFor(speech.say(text, how)));
    },
    async fetchClip(url) {
      return sourceOf(await clock.holdFor(fetchClipSamples(url)));
    },
    holdMusic: holdMusicSource,
    ringback: ringbackTone,
    async close() {
      frames.stop();
      stopGoingAhead();
      for (const leg of [...legs]) leg.close();
      for (const room of [...rooms]) room.close();
      for (const peer of [...peers]) peer.close();
      await speech.close();
    },
  };
}
