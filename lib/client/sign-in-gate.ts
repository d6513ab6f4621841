"use client";

import { createStore, useStore } from "./store";

/** How long a request waits for somebody to sign in again before it gives up, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;

interface Waiting {
  promise: Promise<boolean>;
  settle: (signedIn: boolean) => void;
}

const open = createStore<Waiting | undefined>(undefined);

/** Whether somebody must sign in again before requests can go on. */
export function useSignInNeeded(): boolean {
  return useStore(open) !== undefined;
}

/**
 * Opens the dialog to sign in again and waits: true once somebody did, false when they would not or took too long.
 * What they had typed stays on the page, and the request that asked is sent again.
 */
export function signedInAgain(signal: AbortSignal | undefined): Promise<boolean> {
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
    settle(signedIn) {
      clearTimeout(timer);
      open.set(undefined);
      resolve(signedIn);
    },
  };
  open.set(waiting);
  return waiting;
}

/** For the dialog: says how it ended. */
export function settleSignIn(signedIn: boolean): void {
  open.get()?.settle(signedIn);
}
