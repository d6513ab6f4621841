import { z } from "zod";
import type { Choice } from "./phone-state";

const stored = z.object({
  clientId: z.string().min(1).max(64),
  choice: z.object({ id: z.string().min(1).max(64), status: z.enum(["available", "break", "away", "offline"]) }),
  aliveAtMs: z.number(),
});
type Stored = z.infer<typeof stored>;

/** The part of localStorage that is needed. */
export type StoragePort = Pick<Storage, "getItem" | "setItem">;

/** A softphone that was silent for longer does not sign itself in again when the page is opened. */
const RESUME_WITHIN_MS = 10 * 60_000;

/**
 * Remembers, for one agent in this browser, which client it is and what was chosen last, so that a reload or the next
 * leading tab goes on where the last one was. Storage that is blocked only costs that memory.
 */
export class ChoiceStore {
  private readonly key: string;
  private fallback: Stored | undefined;

  constructor(
    agentId: string,
    private readonly storage: StoragePort | undefined,
    private readonly newId: () => string,
  ) {
    this.key = `evenhand.softphone.${agentId}`;
  }

  /** The same for all tabs of this browser. */
  clientId(): string {
    const known = this.read();
    if (known !== undefined) return known.clientId;
    const fresh = { clientId: this.newId(), choice: { id: this.newId(), status: "offline" as const }, aliveAtMs: 0 };
    this.write(fresh);
    return fresh.clientId;
  }

  /** What was chosen, when the softphone was alive a short while ago; otherwise undefined. */
  resumable(nowMs: number): Choice | undefined {
    const known = this.read();
    if (known === undefined || known.choice.status === "offline") return undefined;
    return nowMs - known.aliveAtMs <= RESUME_WITHIN_MS ? known.choice : undefined;
  }

  remember(choice: Choice, nowMs: number): void {
    this.write({ clientId: this.clientId(), choice, aliveAtMs: nowMs });
  }

  private read(): Stored | undefined {
    try {
      const text = this.storage?.getItem(this.key);
      const parsed = stored.safeParse(text ? JSON.parse(text) : null);
      return parsed.success ? parsed.data : this.fallback;
    } catch {
      return this.fallback; // Blocked, or not ours: begin anew.
    }
  }

  private write(value: Stored): void {
    this.fallback = value;
    try {
      this.storage?.setItem(this.key, JSON.stringify(value));
    } catch {
      return; // The fallback above serves until the page is left.
    }
  }
}
