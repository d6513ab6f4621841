// @ts-check

/** Below -60 dB a meter shows nothing. */
const METER_RANGE_DB = 60;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element "${id}".`);
  return element;
}

/**
 * A duration as telephones show it: 0:07, 12:34, 1:02:03.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.floor(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/**
 * Shows a level on a meter, in decibels so that quiet sounds can be seen too.
 * @param {HTMLElement} meter
 * @param {number} level linear, 0..1
 */
export function showLevel(meter, level) {
  const decibels = level > 0 ? 20 * Math.log10(level) : -METER_RANGE_DB;
  const share = Math.max(0, Math.min(1, 1 + decibels / METER_RANGE_DB));
  meter.style.setProperty("--level", share.toFixed(3));
  meter.setAttribute("aria-valuenow", String(Math.round(share * 100)));
}

/**
 * Shows or hides a message.
 * @param {HTMLElement} element
 * @param {string | null} message
 */
export function showMessage(element, message) {
  element.textContent = message ?? "";
  element.hidden = message === null;
}
