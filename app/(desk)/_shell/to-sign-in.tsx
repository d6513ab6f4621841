"use client";

import Link from "next/link";
import { useEffect } from "react";

/** Nobody is signed in: goes to the sign-in page and keeps the way back, with its query. */
export function ToSignIn() {
  useEffect(() => {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`/sign-in?return=${encodeURIComponent(here)}`);
  }, []);
  return (
    <main className="flex min-h-dvh items-center justify-center p-6 text-sm text-muted">
      <noscript>
        <meta httpEquiv="refresh" content="0;url=/sign-in" />
      </noscript>
      <Link href="/sign-in">Sign in first…</Link>
    </main>
  );
}
