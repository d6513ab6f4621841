"use client";

import { createStore, useStore } from "./store";

/** How long a request waits for somebody to sign in again before it gives up, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;

interface Waiting {
  promise: Promise<boolean>;
  settle: (succeeded: boolean) => void;
}

const open = createStore<Waiting | undefined>(undefined);
/** How often somebody has signed in again on this page. */
let signedIn = 0;

/** Noted before a request is sent, for signedInAgain() to know what the request was sent with. */
export const signInsSoFar = (): number => signedIn;

/** Whether somebody must sign in again before requests can go on. */
export function useSignInNeeded(): boolean {
  return useStore(open) !== undefined;
}

/**
 * Opens the dialog to sign in again and waits: true once somebody did, false when they would not or took too long.
 * What they had typed stays on the page, and the request that asked is sent again. `sentAfter`: signInsSoFar() when it
 * was sent; when somebody has signed in since, the refusal is of the old session, and nobody is asked a second time.
 */
export function signedInAgain(signal: AbortSignal | undefined, sentAfter = signedIn): Promise<boolean> {
  if (sentAfter < signedIn) return Promise.resolve(true);
  const waiting = open.get() ?? begin();
  if (!signal) return waiting.promise;
  return Promise.race([
    waiting.promise,
    new Promise<boolean>((resolve) => signal.addEventListener("abort", () => resolve(false), { once: true })),
  ]);
}

function begin(): Waiting {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => waiting.settle(false), PATIENCE_MS);
  const waiting: Waiting = {
    promise,
    settle(succeeded) {
      clearTimeout(timer);
      if (succeeded) signedIn += 1;
      open.set(undefined);
      resolve(succeeded);
    },
  };
  open.set(waiting);
  return waiting;
}

/** For the dialog: says how it ended. */
export function settleSignIn(succeeded: boolean): void {
  open.get()?.settle(succeeded);
}
