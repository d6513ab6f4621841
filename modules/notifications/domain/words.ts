import { describeAlert } from "@/modules/alerts/domain/alert-kinds";
import type { NotificationData, Subject } from "./notification";
import type { ToldEvent } from "./told-events";

export interface Words {
  /** What happened, in one sentence without a full stop. */
  title: string;
  /** More of it; null when the title says all. */
  body: string | null;
  /** The page of what it is about. */
  href: string;
}

interface Told {
  event: ToldEvent;
  count: number;
  data: NotificationData;
}

/** A notification in words. */
export function inWords({ event, count, data }: Told): Words {
  return WORDS[event](count, data);
}

const WORDS: Readonly<Record<ToldEvent, (count: number, data: NotificationData) => Words>> = {
  assigned: (count, { items, facts }) => {
    const [first] = items;
    return count === 1 && first
      ? { title: `${first.label} was assigned to you`, body: byWhom(facts.by), href: `/leads/${first.id}` }
      : { title: `${figure(count)} leads were assigned to you`, body: named(items, count), href: "/my-work" };
  },
  bulk: (_count, { facts }) => {
    if (facts.part === "agent") {
      const leads = Number(facts.leads);
      const were = leads === 1 ? "1 lead was" : `${figure(leads)} leads were`;
      return { title: `${were} assigned to you by bulk work`, body: byWhom(facts.by), href: "/my-work" };
    }
    const [changed, total] = [Number(facts.changed), Number(facts.total)];
    const what = PLAN_KINDS[String(facts.kind)] ?? "Bulk work";
    const end = { failed: "failed", cancelled: "was cancelled" }[String(facts.state)] ?? "is done";
    const rest = facts.state === "done" ? "could not be changed, or were so already" : "were not changed";
    return {
      title: `${what} ${end}: ${figure(changed)} of ${figure(total)} leads changed`,
      body: changed < total ? `${figure(total - changed)} ${rest}.` : null,
      href: "/leads",
    };
  },
  callback_due: (_count, { items, facts }) => ({
    title: `A callback is due: ${items[0]?.label ?? "somebody"}`,
    body: typeof facts.note === "string" ? facts.note : null,
    href: typeof facts.leadId === "string" ? `/leads/${facts.leadId}` : "/callbacks",
  }),
  missed_call: (count, { items }) => {
    const [first] = items;
    return count === 1 && first
      ? {
          title: `You missed a call from ${first.label}`,
          body: "It was offered to others.",
          href: `/calls/${first.id}`,
        }
      : { title: `You missed ${figure(count)} calls`, body: named(items, count), href: "/calls" };
  },
  export: (_count, { facts }) =>
    facts.failed === true
      ? { title: "Your export has failed", body: textOf(facts.why), href: "/exports" }
      : {
          title: `Your export is ready: ${leads(facts.rows)} as ${String(facts.format).toUpperCase()}`,
          body: "The file is kept for 24 hours.",
          href: "/exports",
        },
  import: (_count, { facts }) => {
    const href = typeof facts.importId === "string" ? `/imports/${facts.importId}` : "/imports";
    const which = typeof facts.file === "string" ? `Your import of ${facts.file}` : "Your import";
    const left = Number(facts.left) > 0 ? `${rowsWere(Number(facts.left))} left out.` : null;
    return facts.failed === true
      ? { title: `${which} has failed`, body: textOf(facts.why) ?? left, href }
      : { title: `${which} is done: ${leads(facts.created)} created or changed`, body: left, href };
  },
  alert: (count, { facts }) => {
    const { kind, subject, ...details } = facts;
    const { title, advice } = describeAlert(String(kind), String(subject), details);
    return { title: count === 1 ? title : `${title} (${figure(count)} times)`, body: advice, href: "/alerts" };
  },
  capacity: (count, { items, facts }) => {
    if (facts.part === "agent") {
      return { title: `You have reached your capacity of ${leads(facts.maxCapacity)}`, body: null, href: "/my-work" };
    }
    const [first] = items;
    return count === 1 && first
      ? { title: `${first.label} has reached capacity`, body: `${leads(facts.maxCapacity)}.`, href: "/dashboard" }
      : { title: `Capacity was reached ${figure(count)} times`, body: named(items, count), href: "/dashboard" };
  },
};

const PLAN_KINDS: Readonly<Record<string, string>> = {
  update: "A bulk update",
  assign: "A bulk assignment",
  edits: "An edit of many leads",
  undo: "An undo",
};

const figure = (value: number): string => value.toLocaleString("en");
const rowsWere = (count: number): string => (count === 1 ? "1 row was" : `${figure(count)} rows were`);
const leads = (value: unknown): string => (Number(value) === 1 ? "1 lead" : `${figure(Number(value))} leads`);
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const byWhom = (by: unknown): string | null => (typeof by === "string" && by !== "" ? `By ${by}.` : null);

/** "Ava Winter, Ben Summer and 5 more". */
function named(items: readonly Subject[], count: number): string | null {
  const labels = [...new Set(items.map(({ label }) => label))];
  if (labels.length === 0) return null;
  const more = count - items.length;
  const rest = more > 0 ? [`${figure(more)} more`] : [];
  const all = [...labels, ...rest];
  return all.length === 1 ? String(all[0]) : `${all.slice(0, -1).join(", ")} and ${String(all.at(-1))}`;
}
