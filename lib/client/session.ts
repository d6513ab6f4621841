"use client";

/** How an attempt to sign in ended. */
export type SignInOutcome =
  | { kind: "signed_in" }
  | { kind: "wrong_credentials" }
  | { kind: "too_many_attempts"; waitSeconds: number }
  | { kind: "away" };

const TIMEOUT_MS = 15_000;
const DEFAULT_WAIT_SECONDS = 60;

/**
 * Signs in with next-auth's own routes. Its browser client is not used: when the server is away it leaves the page,
 * and with it everything typed there.
 */
export async function signInWithPassword(email: string, password: string): Promise<SignInOutcome> {
  const answer = await post("/api/auth/callback/credentials", { email, password, redirect: "false" });
  if (answer === undefined) return { kind: "away" };
  const refusal = refusalOf(answer);
  if (refusal === undefined) return { kind: "signed_in" };
  const wait = /wait (\d+) s/i.exec(refusal);
  if (wait) return { kind: "too_many_attempts", waitSeconds: Number(wait[1] ?? DEFAULT_WAIT_SECONDS) };
  if (refusal === "CredentialsSignin" || /do not fit/i.test(refusal)) return { kind: "wrong_credentials" };
  return { kind: "away" };
}

const leaving = new Set<() => Promise<void>>();

/** Runs something while the session is still good, before it is ended; answers how to stop that. It must be brief. */
export function beforeSignOut(last: () => Promise<void>): () => void {
  leaving.add(last);
  return () => leaving.delete(last);
}

/** Ends the session of this browser; answers whether the server heard of it. */
export async function signOut(): Promise<boolean> {
  await Promise.allSettled([...leaving].map((last) => last()));
  return (await post("/api/auth/signout", {})) !== undefined;
}

/** next-auth answers where it would go next; a refusal is an `error` in that address. */
function refusalOf(answer: unknown): string | undefined {
  const url = typeof answer === "object" && answer !== null && "url" in answer ? answer.url : undefined;
  if (typeof url !== "string" || !URL.canParse(url, window.location.origin)) return "unreadable";
  return new URL(url, window.location.origin).searchParams.get("error") ?? undefined;
}

async function post(path: string, fields: Readonly<Record<string, string>>): Promise<unknown> {
  try {
    const csrf = await fetch("/api/auth/csrf", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...fields, csrfToken, callbackUrl: window.location.origin, json: "true" }),
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer: unknown = await response.json();
    return response.status >= 500 ? undefined : answer;
  } catch {
    return undefined; // Unreachable, too slow, or an answer that is not next-auth's: the caller says so.
  }
}
