import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";

/** A wish to be called back instead of waiting on. */
export interface CallbackWish {
  /** The queued call the caller is leaving; its order key becomes that of an immediate callback. */
  queuedCallId: string;
  /** The number to call, E.164. */
  number: string;
  /** When to call; without it the callback keeps the caller's place. */
  at?: Date;
  /** The caller pressed a key for it, or the queue's settings chose it as the way out. */
  by: "caller" | "exit";
  actor: Actor;
}

/**
 * Where a line's exits ask for a callback. Called inside the transaction that moves the queued call to
 * `callback_scheduled`, with that call locked; nothing external happens here.
 */
export interface CallbackDesk {
  /**
   * Writes the callback. Safe to repeat: a number has one open callback, which is answered again.
   * Undefined when this number cannot be called back (withheld, not dialable, callbacks switched off): the caller then
   * leaves a message instead.
   */
  request(tx: Tx, wish: CallbackWish): Promise<{ callbackId: string } | undefined>;
}
