/** An event as the browser gets it: its topic beside identifiers and states. */
export type BrowserEvent = { topic: string } & Record<string, unknown>;

/**
 * The beginnings of query keys that a topic makes stale. A key begins with the topic of what it shows (["lead", id],
 * ["call", "list", …]); the plural names stand for whole lists. Details and lists go stale together: only what is on
 * the screen is read again, so naming the one row would save nothing.
 */
const STALE: Readonly<Record<string, readonly string[]>> = {
  lead: ["lead", "leads"],
  agent: ["agent", "agents"],
  presence: ["presence", "agent", "agents", "queue", "queues"],
  queue: ["queue", "queues"],
  call: ["call", "calls", "current-call", "queue", "queues"],
  offer: ["offer", "current-call", "call", "queue", "queues"],
  notice: ["notice", "notices"],
  plan: ["plan", "plans", "background"],
  callback: ["callback", "callbacks", "queue", "queues"],
  flag: ["flag", "flags"],
  alert: ["alert", "alerts", "carrier"],
  export: ["export", "background"],
  notification: ["notification"],
  import: ["import"],
};

/** What one event makes stale. A topic this version does not know makes nothing stale. */
export function staleRoots(event: BrowserEvent): readonly string[] {
  return Object.hasOwn(STALE, event.topic) ? (STALE[event.topic] ?? []) : [];
}
