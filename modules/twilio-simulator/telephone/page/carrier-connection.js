// @ts-check

/**
 * @typedef {(
 *   | { type: "calling", ref: number, callSid: string, sdp: string }
 *   | { type: "ringing", ref: number }
 *   | { type: "answered", ref: number }
 *   | { type: "progress", ref: number, state: "in_progress" | "in_queue" | "in_conference", detail?: string }
 *   | { type: "caption", ref: number, text: string }
 *   | { type: "hangup", ref: number, by: "carrier", message?: string }
 * )} CallNews news of the call dialled with this `ref`
 * @typedef {{ type: "hello", numbers: string[] } | { type: "refused", message: string } | CallNews} News
 * @typedef {{ onNews(news: News): void, onLost(retryInMs: number): void }} Listeners
 */

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;
/** The carrier sends a sign of life every 5 s. */
const MOST_SILENT_MS = 16_000;

/**
 * Holds the socket to the carrier, for as long as the page is open: when it is lost, another is tried after half a
 * second, then after twice as long each time, up to 8 s.
 */
export class CarrierConnection {
  /** @type {WebSocket | null} */
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  /** @type {Listeners} */
  #listeners;

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
    this.#connect();
  }

  /**
   * Sends a frame; false when there is no connection.
   * @param {object} frame
   */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    const address = new URL("/telephone/socket", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#watchSilence(socket);
    socket.addEventListener("message", (event) => {
      this.#watchSilence(socket);
      if (event.data === "\n") {
        socket.send("\n");
        return;
      }
      this.#retryMs = FIRST_RETRY_MS;
      this.#listeners.onNews(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => this.#lost(socket));
  }

  /** @param {WebSocket} socket */
  #watchSilence(socket) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      socket.close();
      // A dead network answers no close: the connection counts as lost now, not when the browser gives up.
      this.#lost(socket);
    }, MOST_SILENT_MS);
  }

  /** @param {WebSocket} socket */
  #lost(socket) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearTimeout(this.#silence);
    const wait = this.#retryMs;
    this.#retryMs = Math.min(wait * 2, LONGEST_RETRY_MS);
    this.#listeners.onLost(wait);
    setTimeout(() => this.#connect(), wait);
  }
}
