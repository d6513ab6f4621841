// @ts-check
import { byId } from "./display.js";

const LOOK_EVERY_MS = 3_000;
const MOST_SHOWN = 20;

/** @typedef {{ sid: string, to: string, body: string, status: string, createdAt: string }} Message */

/** @param {Message} message */
function item({ to, body, status, createdAt }) {
  const line = document.createElement("li");
  const head = document.createElement("p");
  head.className = "message-head";
  head.textContent = `${new Date(createdAt).toLocaleTimeString()} · to ${to} · ${status}`;
  const text = document.createElement("p");
  // Written as text: what a message says is never read as markup.
  text.textContent = body;
  line.append(head, text);
  return line;
}

let shown = "";

async function look() {
  if (document.visibilityState !== "visible") return;
  const response = await fetch("/_control/messages").catch(() => undefined);
  if (!response?.ok) return;
  const { messages } = /** @type {{ messages: Message[] }} */ (await response.json());
  const newest = messages.slice(0, MOST_SHOWN);
  const state = JSON.stringify(newest);
  if (state === shown) return;
  shown = state;
  byId("messages-list").replaceChildren(...newest.map(item));
  byId("messages-empty").hidden = newest.length > 0;
}

/** Shows what was sent by SMS, newest first, as it comes. */
export function showMessages() {
  void look();
  setInterval(() => void look(), LOOK_EVERY_MS);
}
