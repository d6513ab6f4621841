/** One request over the wire, or one warning, as GET /_control/log shows it. */
export interface JournalEntry {
  /** Counts up from 1 for as long as the carrier runs, also past what the ring still holds. */
  n: number;
  /** ISO 8601, milliseconds. */
  at: string;
  kind: "webhook" | "rest" | "warning";
  method?: string;
  url?: string;
  /** What a webhook is for (twiml, call-status, conference, ...), or the event in it. */
  purpose?: string;
  event?: string;
  call_sid?: string;
  attempt?: number;
  params?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  status?: number;
  answer?: string;
  duration_ms?: number;
  error?: string;
  /** Faults that were applied on purpose. */
  faults?: string[];
  code?: number;
  message?: string;
}

const MOST_ENTRIES = 10_000;
/** Characters of an answer kept: a TwiML document may be 64 KB, and 10,000 of them would be 640 MB. */
const MOST_ANSWER = 4_096;

/** Everything that went over the wire, in order; the oldest of more than 10,000 entries go. */
export class Journal {
  private readonly entries: JournalEntry[] = [];
  private count = 0;

  add(entry: Omit<JournalEntry, "n" | "at"> & { at?: Date }): JournalEntry {
    this.count += 1;
    const { at, ...rest } = entry;
    const stored: JournalEntry = { n: this.count, at: (at ?? new Date()).toISOString(), ...rest };
    this.entries.push(stored);
    if (this.entries.length > MOST_ENTRIES) this.entries.splice(0, this.entries.length - MOST_ENTRIES);
    return stored;
  }

  /** Adds to an entry what came of the request. */
  complete(
    entry: JournalEntry,
    outcome: { status?: number; answer?: string; error?: string; params?: Record<string, string | string[]> },
  ): void {
    Object.assign(entry, outcome);
    entry.duration_ms = Date.now() - Date.parse(entry.at);
    if (entry.answer !== undefined && entry.answer.length > MOST_ANSWER) {
      entry.answer = `${entry.answer.slice(0, MOST_ANSWER)}... (${entry.answer.length} characters)`;
    }
  }

  /** A warning as Twilio's debugger would show it. */
  warn(code: number, message: string, callSid?: string, url?: string): void {
    this.add({
      kind: "warning",
      code,
      message,
      ...(callSid === undefined ? {} : { call_sid: callSid }),
      ...(url === undefined ? {} : { url }),
    });
  }

  /** Entries with a number above `after`, oldest first. */
  since(after: number): JournalEntry[] {
    return this.entries.filter((entry) => entry.n > after);
  }

  clear(): void {
    this.entries.length = 0;
  }
}
