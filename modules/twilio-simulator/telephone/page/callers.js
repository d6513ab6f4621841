// @ts-check

/** People to call as. The numbers belong to ranges that are reserved for fiction, except the one of withheld calls. */
export const CALLERS = [
  { name: "Ada Martin", number: "+12025550143" },
  { name: "Bruno Silva", number: "+13125550116" },
  { name: "Chen Wei", number: "+14155550182" },
  { name: "Dalia Haddad", number: "+442079460123" },
  { name: "Emil Hansen", number: "+16465550187" },
  // What Twilio sends for callers who withhold their number: "ANONYMOUS" on a keypad.
  { name: "Withheld", number: "+266696687" },
];

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * A number as people type it, brought into E.164: spaces, dots, hyphens and brackets fall away, 00 becomes +.
 * @param {string} typed
 * @returns {string | null} null when it is no number that can be dialled
 */
export function toE164(typed) {
  const compact = typed.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  return E164.test(compact) ? compact : null;
}

/**
 * A number given in the address of the page, as people read it; what is no number is left for the person to correct.
 * @param {string | null} asked
 */
export function fromQuery(asked) {
  // A "+" that was not encoded arrives as a space.
  const text = (asked ?? "").trim().replace(/^(?=\d)/, "+");
  const number = toE164(text);
  return number ? readable(number) : text;
}

/**
 * A number as people read it; numbers of countries other than the North American ones in groups of three.
 * @param {string} number E.164
 */
export function readable(number) {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (american) return `+1 ${american[1]} ${american[2]} ${american[3]}`;
  const british = /^\+44(\d{2})(\d{4})(\d{4})$/.exec(number);
  if (british) return `+44 ${british[1]} ${british[2]} ${british[3]}`;
  return number.replace(/(\d{3})(?=\d)/g, "$1 ");
}

/**
 * The ready-made caller's name, or the number itself.
 * @param {string} number E.164
 */
export function nameOf(number) {
  return CALLERS.find((caller) => caller.number === number)?.name ?? readable(number);
}

/**
 * Makes a button for each ready-made caller and keeps the one marked whose number is in the field.
 * @param {HTMLElement} group
 * @param {HTMLInputElement} field
 */
export function offerCallers(group, field) {
  const buttons = CALLERS.map((caller) => {
    const button = document.createElement("button");
    button.type = "button";
    const name = document.createElement("strong");
    name.textContent = caller.name;
    const number = document.createElement("span");
    number.textContent = readable(caller.number);
    button.append(name, number);
    button.addEventListener("click", () => {
      field.value = readable(caller.number);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return { button, caller };
  });
  const mark = () => {
    const chosen = toE164(field.value);
    for (const { button, caller } of buttons) button.setAttribute("aria-pressed", String(caller.number === chosen));
  };
  field.addEventListener("input", mark);
  group.replaceChildren(...buttons.map(({ button }) => button));
  mark();
}
