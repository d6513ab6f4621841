// @ts-check

const LOOK_EVERY_MS = 2_000;

/** @typedef {{ id: string, from: string, to: string[], subject: string, unsubscribeUrl: string | null, receivedAt: string }} Mail */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function part(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${id}`);
  return element;
}

const list = part("mails", HTMLOListElement);
const whose = part("whose", HTMLSelectElement);

/** @type {Mail[]} */
let mails = [];
/** @type {string | undefined} */
let chosen;
let shown = "";

/** @param {Mail} mail */
function open(mail) {
  chosen = mail.id;
  part("mail", HTMLElement).hidden = false;
  part("subject", HTMLElement).textContent = mail.subject;
  part("from", HTMLElement).textContent = mail.from;
  part("to", HTMLElement).textContent = mail.to.join(", ");
  part("when", HTMLElement).textContent = new Date(mail.receivedAt).toLocaleString();
  part("unsubscribe", HTMLElement).hidden = mail.unsubscribeUrl === null;
  if (mail.unsubscribeUrl !== null) part("unsubscribe-link", HTMLAnchorElement).href = mail.unsubscribeUrl;
  part("body", HTMLIFrameElement).src = `/mailbox/mails/${mail.id}`;
  draw();
}

/** @param {Mail} mail */
function row(mail) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-current", String(mail.id === chosen));
  const subject = document.createElement("span");
  subject.className = "subject";
  // Written as text: what a mail says is never read as markup.
  subject.textContent = mail.subject || "(no subject)";
  const facts = document.createElement("span");
  facts.className = "facts";
  facts.textContent = `${mail.to.join(", ")} · ${new Date(mail.receivedAt).toLocaleTimeString()}`;
  button.append(subject, facts);
  button.addEventListener("click", () => {
    open(mail);
    // On a narrow screen it stands below the list.
    part("mail", HTMLElement).scrollIntoView({ block: "nearest" });
  });
  item.append(button);
  return item;
}

function draw() {
  const people = [...new Set(mails.flatMap(({ to }) => to))].sort();
  const known = [...whose.options].slice(1).map(({ value }) => value);
  for (const person of people.filter((one) => !known.includes(one))) whose.append(new Option(person, person));
  const wanted = mails.filter(({ to }) => whose.value === "" || to.includes(whose.value));
  const state = JSON.stringify([wanted, chosen]);
  if (state === shown) return;
  shown = state;
  const focused = list.contains(document.activeElement) ? chosen : undefined;
  list.replaceChildren(...wanted.map(row));
  if (focused !== undefined) list.querySelector("[aria-current=true]")?.focus();
  part("empty", HTMLElement).hidden = wanted.length > 0;
}

async function look() {
  if (document.visibilityState !== "visible") return;
  const response = await fetch("/_control/mails").catch(() => undefined);
  if (!response?.ok) return;
  ({ mails } = /** @type {{ mails: Mail[] }} */ (await response.json()));
  draw();
}

whose.addEventListener("change", draw);
void look();
setInterval(() => void look(), LOOK_EVERY_MS);
