import type { NumberWords } from "@/lib/number-words";

/** What is done again and again, for people; a name that is not here is shown as it is. */
const WORDS: Readonly<Record<string, string>> = {
  beat: "Worker's sign of life",
  dispatch: "Offering waiting calls",
  "carrier-commands": "Orders to the carrier",
  offers: "Ending offers nobody took",
  "wrap-ups": "Ending wrap-up",
  "queue-exits": "Callers who waited too long",
  reconciler: "Comparing calls with the carrier",
  callbacks: "Callbacks",
  recordings: "Fetching recordings",
  "sound-retention": "Deleting old recordings",
  retention: "Deleting old recordings",
  "wait-outcomes": "How long callers waited",
  "carrier-census": "Counting calls at the carrier",
  "carrier-health": "Whether the carrier answers",
  leases: "Agents who went silent",
  "heartbeat-cleanup": "Agents who went silent",
  "inbound-queue-processor": "Waiting calls",
  "lead-return": "Returning untouched leads",
  "agent-performance": "Performance scores",
  "bulk-plans": "Bulk changes",
  "bulk-plan-sweep": "Bulk changes left behind",
  exports: "Exports",
  "export-sweep": "Exports left behind",
  imports: "Imports",
  "further-imports": "Imports, others at the same time",
  "import-sweep": "Imports left behind",
  "file-drafts": "Clearing half-written files",
  "file-sweep": "Erasing removed files, and bytes that belong to nothing",
  "job-upkeep": "Upkeep of the job library",
  "duty-notes": "Notes for this page",
  "job-failures": "Forgetting old failures",
  "alert-watch": "Looking for what goes wrong",
  "search-alerts": "Counting saved searches with alerts",
  "flag-rules": "Rules of features that are rolled out",
  alerts: "Alerts",
  "audit-seals": "Sealing the audit log",
  "live-events": "Forgetting old live events",
  notifications: "Notifications",
  messages: "E-mails and SMS",
  "old-notifications": "Forgetting old notifications",
  "idempotency-keys": "Forgetting old request keys",
};

export const dutyWords = (name: string): string => WORDS[name] ?? name.replaceAll("-", " ");

const UNITS = [
  { ms: 3_600_000, one: "hour", many: "h" },
  { ms: 60_000, one: "minute", many: "min" },
  { ms: 1_000, one: "second", many: "s" },
] as const;

/** How often, such as "every minute", "every 5 s". */
export function everyWords(intervalMs: number, figure: NumberWords): string {
  const unit = UNITS.find(({ ms }) => intervalMs >= ms);
  if (!unit) return `every ${figure(intervalMs)} ms`;
  const count = Math.round((intervalMs / unit.ms) * 10) / 10;
  return count === 1 ? `every ${unit.one}` : `every ${figure(count, 1)} ${unit.many}`;
}

/** A length of time as people read it: 12 ms, 3.4 s. */
export const tookWords = (ms: number, figure: NumberWords): string =>
  ms < 1_000 ? `${figure(ms)} ms` : `${figure(ms / 1_000, 1)} s`;
