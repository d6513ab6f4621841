"use client";

import { useState } from "react";
import { signInWithPassword, type SignInOutcome } from "@/lib/client/session";
import { useNow, serverNow } from "@/lib/client/clock";

export interface SignInAttempt {
  busy: boolean;
  /** What went wrong last time; undefined before the first attempt and once it no longer applies. */
  failure: Exclude<SignInOutcome, { kind: "signed_in" }> | undefined;
  /** Seconds until another attempt is allowed; 0 when it is. */
  waitSeconds: number;
  attempt: (email: string, password: string) => Promise<boolean>;
}

/** One sign-in form's state: busy, refused, or waiting until another attempt is allowed. */
export function useSignIn(): SignInAttempt {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<SignInAttempt["failure"]>();
  const [allowedAt, setAllowedAt] = useState(0);
  const now = useNow();
  const waitSeconds = Math.max(0, Math.ceil((allowedAt - now) / 1_000));
  const waited = failure?.kind === "too_many_attempts" && waitSeconds === 0;

  const attempt = async (email: string, password: string): Promise<boolean> => {
    setBusy(true);
    const outcome = await signInWithPassword(email, password);
    setBusy(false);
    if (outcome.kind === "signed_in") return true;
    if (outcome.kind === "too_many_attempts") setAllowedAt(serverNow() + outcome.waitSeconds * 1_000);
    setFailure(outcome);
    return false;
  };
  return { busy, failure: waited ? undefined : failure, waitSeconds, attempt };
}

export function SignInFailure({ failure, waitSeconds }: Pick<SignInAttempt, "failure" | "waitSeconds">) {
  switch (failure?.kind) {
    case undefined:
      return null;
    case "wrong_credentials":
      return <>The e-mail address and password do not fit. Check both and try again.</>;
    case "too_many_attempts":
      return <>Too many attempts for this address. Try again in {waitSeconds} seconds.</>;
    case "away":
      return <>The server cannot be reached just now. Your e-mail address stays here; try again in a moment.</>;
  }
}
