// @ts-check
/** @import { Microphone } from "./microphone.js" */

const LEVEL_INTERVAL_MS = 120;
const KEY_MS = 160;
const GAP_MS = 70;

/**
 * The sound of one call: the WebRTC connection to the carrier, from the offer until `close`.
 */
export class LineSound {
  #peer = new RTCPeerConnection();
  /** @type {Microphone} */
  #microphone;
  /** @type {RTCRtpSender} */
  #sender;
  #levelTimer;

  /**
   * @param {Microphone} microphone released on close
   * @param {{
   *   audio: HTMLAudioElement,
   *   onLevels(levels: { heard: number, said: number }): void,
   *   onBlocked(): void,
   *   onLost(): void,
   * }} options levels are linear, 0..1; `onBlocked`: the browser plays nothing before the person touches the page
   */
  constructor(microphone, options) {
    this.#microphone = microphone;
    this.#sender = this.#peer.addTransceiver(microphone.track, {
      direction: "sendrecv",
      streams: [microphone.stream],
    }).sender;
    this.#peer.addEventListener("track", ({ track }) => {
      options.audio.srcObject = new MediaStream([track]);
      options.audio.play().catch((error) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") options.onBlocked();
      });
    });
    this.#peer.addEventListener("connectionstatechange", () => {
      if (this.#peer.connectionState === "failed") options.onLost();
    });
    this.#levelTimer = setInterval(() => void this.#measure(options.onLevels), LEVEL_INTERVAL_MS);
  }

  /** The offer to dial with. */
  async offer() {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    return this.#peer.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp the carrier's answer */
  async accept(sdp) {
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.#microphone.track.enabled = !muted;
  }

  /**
   * Sends a key as a telephone does (RFC 4733). False when this connection can't: a silent track carries no events.
   * @param {string} key
   */
  press(key) {
    const { dtmf } = this.#sender;
    if (this.#microphone.kind !== "live" || !dtmf?.canInsertDTMF) return false;
    // insertDTMF replaces what has not been sent yet, so that is put in front again.
    dtmf.insertDTMF(dtmf.toneBuffer + key, KEY_MS, GAP_MS);
    return true;
  }

  close() {
    clearInterval(this.#levelTimer);
    this.#peer.close();
    this.#microphone.release();
  }

  /** @param {(levels: { heard: number, said: number }) => void} report */
  async #measure(report) {
    if (this.#peer.connectionState !== "connected") return;
    let heard = 0;
    let said = 0;
    for (const entry of (await this.#peer.getStats()).values()) {
      if (entry.type === "inbound-rtp") heard = entry.audioLevel ?? 0;
      if (entry.type === "media-source") said = entry.audioLevel ?? 0;
    }
    if (this.#peer.connectionState === "connected") report({ heard, said: this.#microphone.track.enabled ? said : 0 });
  }
}
