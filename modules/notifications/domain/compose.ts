import escaped from "escape-html";
import type { NotificationData } from "./notification";
import type { Mail } from "./outgoing";
import { TOLD_EVENTS, type ToldEvent } from "./told-events";
import { inWords } from "./words";

/** What goes out together. */
export interface Told {
  event: ToldEvent;
  count: number;
  data: NotificationData;
}

export interface MailLinks {
  /** Where the product is. */
  baseUrl: string;
  /** One click switches off all that the mail is of. */
  unsubscribeUrl: string;
  /** A page that asks first, for one event. */
  pageFor(event: ToldEvent): string;
}

/** Lines of one mail; the rest is counted. */
const MOST_LINES = 50;
/** Three parts of an SMS, in the alphabet that takes most room. */
const MOST_SMS = 201;

/** One e-mail of all that it tells. */
export function mailOf(
  to: { name: string; email: string },
  told: readonly Told[],
  messageId: string,
  links: MailLinks,
): Mail {
  const lines = told.slice(0, MOST_LINES).map((one) => inWords(one));
  const left = told.length - lines.length;
  const rest = left > 0 ? `And ${left} more: ${links.baseUrl}/notifications` : undefined;
  const events = [...new Set(told.map(({ event }) => event))];
  const off = events.map((event) => ({ label: TOLD_EVENTS[event].label, url: links.pageFor(event) }));
  const settings = `${links.baseUrl}/settings/notifications`;
  const text = [
    `Hello ${to.name},`,
    ...lines.map(({ title, body, href }) => [title, body, links.baseUrl + href].filter(Boolean).join("\n")),
    ...(rest === undefined ? [] : [rest]),
    "--",
    ...off.map(({ label, url }) => `No more mail when "${label}": ${url}`),
    `All settings: ${settings}`,
  ].join("\n\n");
  return {
    to: to.email,
    subject: subjectOf(told),
    text,
    html: page(to.name, lines, rest, off, { baseUrl: links.baseUrl, settings }),
    messageId,
    unsubscribeUrl: links.unsubscribeUrl,
  };
}

/** One SMS of all that it tells. */
export function smsOf(told: readonly Told[], baseUrl: string): string {
  const link = ` ${baseUrl}/notifications`;
  const room = Math.max(40, MOST_SMS - link.length);
  const words = subjectOf(told);
  return `Evenhand: ${words.length > room ? `${words.slice(0, room - 1)}…` : words}${link}`;
}

/** The one thing there is; of several how many they are, and what could not wait. */
export function subjectOf(told: readonly Told[]): string {
  const first = told.find(({ event }) => TOLD_EVENTS[event].pace === "now") ?? told[0];
  if (!first) throw new Error("a message tells of nothing");
  // A name may hold anything; a subject is one line.
  const title = inWords(first).title.replaceAll(/\s+/g, " ");
  return told.length === 1 ? title : `${told.length} notifications: ${title}, and more`;
}

function page(
  name: string,
  lines: readonly { title: string; body: string | null; href: string }[],
  rest: string | undefined,
  off: readonly { label: string; url: string }[],
  { baseUrl, settings }: { baseUrl: string; settings: string },
): string {
  const items = lines.map(
    ({ title, body, href }) =>
      `<tr><td style="padding:12px 0;border-top:1px solid #e4e4e7"><a href="${escaped(baseUrl + href)}" ` +
      `style="color:#18181b;font-weight:600;text-decoration:none">${escaped(title)}</a>` +
      `${body === null ? "" : `<br><span style="color:#52525b">${escaped(body)}</span>`}</td></tr>`,
  );
  const links = off.map(
    ({ label, url }) => `<a href="${escaped(url)}" style="color:#52525b">No more mail: ${escaped(label)}</a>`,
  );
  return (
    `<!doctype html><html lang="en"><body style="margin:0;padding:24px;font:14px/1.5 system-ui,sans-serif;color:#18181b">` +
    `<p>Hello ${escaped(name)},</p><table role="presentation" style="width:100%;max-width:560px;border-collapse:collapse">` +
    `${items.join("")}</table>${rest === undefined ? "" : `<p>${escaped(rest)}</p>`}` +
    `<p style="font-size:12px;color:#52525b">${links.join("<br>")}<br>` +
    `<a href="${escaped(settings)}" style="color:#52525b">All settings</a></p></body></html>`
  );
}
