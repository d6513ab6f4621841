// @ts-check
/** @import { CallNews, News } from "./carrier-connection.js" */

import { fromQuery, nameOf, offerCallers, readable, toE164 } from "./callers.js";
import { CarrierConnection } from "./carrier-connection.js";
import { byId, duration, showLevel, showMessage } from "./display.js";
import { makeKeypad } from "./keypad.js";
import { LineSound } from "./line-sound.js";
import { showMessages } from "./messages.js";
import { openMicrophone } from "./microphone.js";
import { Transcript } from "./transcript.js";
import { MICROPHONE_NOTES, STATES } from "./wording.js";

const phone = byId("phone");
const form = /** @type {HTMLFormElement} */ (byId("dial"));
const from = /** @type {HTMLInputElement} */ (byId("from"));
const to = /** @type {HTMLInputElement} */ (byId("to"));
const callButton = /** @type {HTMLButtonElement} */ (byId("call"));
const muteButton = byId("mute");
const audio = /** @type {HTMLAudioElement} */ (byId("line"));
const transcript = new Transcript(byId("transcript"), byId("transcript-list"), byId("transcript-empty"));

/**
 * @typedef {{ ref: number, sound: LineSound | null, startedAt: number, answeredAt: number | null, muted: boolean, parties: string[] }} Call
 * @type {Call | null}
 */
let call = null;
let dialled = 0;

/**
 * @param {keyof typeof STATES} state
 * @param {string} [detail]
 */
function show(state, detail) {
  const text = state === "in_queue" && detail ? `In queue “${detail}”` : STATES[state];
  phone.dataset.state = state;
  byId("state").textContent = text;
  document.title = call ? `${text} · Telephone` : "Telephone";
}

/** @param {{ heard: number, said: number }} levels */
function showLevels({ heard, said }) {
  phone.dataset.heardLevel = heard.toFixed(3);
  phone.dataset.saidLevel = said.toFixed(3);
  showLevel(byId("heard"), heard);
  showLevel(byId("said"), said);
}

/** @param {"caption" | "keys" | "event"} kind @param {string} text */
function note(kind, text) {
  transcript.add(kind, text, duration(call ? Date.now() - (call.answeredAt ?? call.startedAt) : 0));
}

/** @param {string | null} message */
function notice(message) {
  showMessage(byId("notice"), message);
}

/** The two numbers in E.164, or null after saying what is wrong with them. */
function readNumbers() {
  const numbers = [from, to].map((field) => {
    const number = toE164(field.value);
    const problem = number ? null : "Start with + and the country code, for example +1 202 555 0143.";
    field.setAttribute("aria-invalid", String(!number));
    showMessage(byId(`${field.id}-problem`), problem);
    return number;
  });
  [from, to].find((_, index) => !numbers[index])?.focus();
  const [caller, called] = numbers;
  return caller && called ? { caller, called } : null;
}

async function dial() {
  const numbers = readNumbers();
  if (call || !numbers) return;
  dialled += 1;
  /** @type {Call} */
  const mine = { ref: dialled, sound: null, startedAt: Date.now(), answeredAt: null, muted: false, parties: [] };
  call = mine;
  notice(null);
  transcript.clear();
  mine.parties = [nameOf(numbers.caller), readable(numbers.called).replaceAll(" ", "\u00a0")];
  byId("parties").textContent = mine.parties.join(" calls ");
  form.hidden = true;
  byId("in-call").hidden = false;
  setMuted(false);
  show("preparing");
  byId("keys").focus({ preventScroll: true });

  const microphone = await openMicrophone();
  if (call !== mine) {
    microphone.release();
    return;
  }
  phone.dataset.microphone = microphone.kind;
  muteButton.hidden = microphone.kind !== "live";
  notice(MICROPHONE_NOTES[microphone.kind]);
  const sound = new LineSound(microphone, {
    audio,
    onLevels: showLevels,
    onBlocked: () => notice("The browser plays no sound yet. Press any key or click anywhere to hear the call."),
    onLost: () => hangUp("The sound connection to the carrier was lost."),
  });
  mine.sound = sound;
  const sdp = await sound.offer();
  if (call !== mine) return;
  show("calling");
  if (!carrier.send({ type: "dial", ref: mine.ref, from: numbers.caller, to: numbers.called, sdp }))
    end("The carrier is gone; the call was not made.");
}

function startDialling() {
  dial().catch((error) => {
    console.error("The call could not be made.", error);
    end("The call could not be made. Reload the page and try again.");
  });
}

/**
 * Leaves the call, which is over already or about to be.
 * @param {string | null} problem
 */
function end(problem) {
  const over = call;
  if (!over) return;
  note("event", "Call ended");
  call = null;
  over.sound?.close();
  audio.srcObject = null;
  showLevels({ heard: 0, said: 0 });
  const lasted = over.answeredAt === null ? "" : ` · ${duration(Date.now() - over.answeredAt)}`;
  show("ended");
  byId("state").textContent = `${STATES.ended}${lasted}`;
  byId("parties").textContent = over.parties.join(" called ");
  byId("timer").hidden = true;
  form.hidden = false;
  byId("in-call").hidden = true;
  notice(problem);
  callButton.focus({ preventScroll: true });
}

/** @param {string | null} problem */
function hangUp(problem) {
  carrier.send({ type: "hangup" });
  end(problem);
}

/** @param {string} key */
function press(key) {
  if (!call?.sound) return;
  note("keys", key);
  if (!call.sound.press(key)) carrier.send({ type: "digit", digit: key });
}

/** @param {boolean} muted */
function setMuted(muted) {
  if (!call) return;
  call.muted = muted;
  call.sound?.mute(muted);
  muteButton.setAttribute("aria-pressed", String(muted));
  byId("mute-text").textContent = muted ? "Muted" : "Mute";
  phone.dataset.muted = String(muted);
}

/** @param {News} news */
function hear(news) {
  if (news.type === "hello") welcome(news.numbers);
  else if (news.type === "refused") end(news.message);
  else if (news.ref === call?.ref) hearOfCall(call, news);
}

/** @param {Call} mine @param {CallNews} news */
function hearOfCall(mine, news) {
  if (news.type === "hangup") end(news.message ?? null);
  else if (news.type === "calling") accept(mine, news.sdp);
  else if (news.type === "ringing") show("ringing");
  else if (news.type === "answered") answered(mine);
  else if (news.type === "caption") note("caption", news.text);
  else if (news.type === "progress" && news.state !== phone.dataset.state) {
    show(news.state, news.detail);
    if (news.state === "in_queue") note("event", news.detail ? `In queue “${news.detail}”` : "In queue");
    if (news.state === "in_conference") note("event", "Connected to a person");
  }
}

/** @param {Call} mine @param {string} sdp */
function accept(mine, sdp) {
  mine.sound?.accept(sdp).catch((error) => {
    console.error("The carrier's answer can't be used.", error);
    if (call === mine) hangUp("The sound of this call could not be connected.");
  });
}

/** @param {Call} mine */
function answered(mine) {
  mine.answeredAt = Date.now();
  byId("timer").hidden = false;
  tick();
  show("in_progress");
}

/** @param {string[]} numbers */
function welcome(numbers) {
  if (phone.dataset.carrier === "gone") notice(null);
  phone.dataset.carrier = "connected";
  byId("carrier").dataset.carrier = "connected";
  byId("carrier-text").textContent = "Carrier connected";
  callButton.disabled = false;
  byId("numbers").replaceChildren(...numbers.map((number) => new Option(readable(number), readable(number))));
  const [first] = numbers;
  if (to.value === "" && first) to.value = readable(first);
  if (autodial) {
    autodial = false;
    startDialling();
  }
}

/** @param {number} retryInMs */
function carrierLost(retryInMs) {
  phone.dataset.carrier = "gone";
  byId("carrier").dataset.carrier = "gone";
  byId("carrier-text").textContent =
    retryInMs < 1_000
      ? "Carrier gone, connecting again…"
      : `Carrier gone, trying again in ${Math.round(retryInMs / 1_000)} s…`;
  callButton.disabled = true;
  end(null);
  notice("The carrier can't be reached. The telephone connects by itself as soon as it is back.");
}

function tick() {
  if (call?.answeredAt) byId("timer").textContent = duration(Date.now() - call.answeredAt);
}

const query = new URLSearchParams(location.search);
let autodial = query.get("autodial") === "1";
for (const field of [from, to]) field.value = fromQuery(query.get(field.id));
if (from.value === "") from.value = readable("+12025550143");
offerCallers(byId("callers"), from);
const pressOnKeypad = makeKeypad(byId("keys"), press);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  startDialling();
});
byId("hang-up").addEventListener("click", () => hangUp(null));
muteButton.addEventListener("click", () => setMuted(!call?.muted));
phone.addEventListener("keydown", (event) => {
  if (!call || event.ctrlKey || event.metaKey || event.altKey) return;
  if (pressOnKeypad(event.key)) event.preventDefault();
  else if (event.key.toLowerCase() === "m" && !muteButton.hidden && !event.repeat) setMuted(!call.muted);
});
for (const touch of ["pointerdown", "keydown"]) {
  document.addEventListener(touch, () => {
    if (audio.srcObject && audio.paused) {
      audio.play().then(
        () => notice(null),
        (error) => console.warn("The sound is still blocked.", error),
      );
    }
  });
}
setInterval(tick, 250);

callButton.disabled = true;
const carrier = new CarrierConnection({ onNews: hear, onLost: carrierLost });

showMessages();
