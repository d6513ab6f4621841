"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { Button } from "./ui/button";
import { EmptyState } from "./ui/empty-state";

/** A page that failed: says so, and offers to try it again without losing the rest of the tab. */
export function PageFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = digestOf(error);
  useEffect(() => {
    // The browser's console is where a developer looks first; the person is told in words below.
    reportError(error);
  }, [error]);
  return (
    <>
      <title>Something went wrong · Evenhand</title>
      <EmptyState
        failing
        wholePage
        className="m-auto"
        icon={<TriangleAlert />}
        title="Something went wrong on this page"
        actions={
          <>
            <Button asChild variant="ghost">
              <Link href="/">To the first page</Link>
            </Button>
            <Button variant="primary" onClick={retry}>
              Try again
            </Button>
          </>
        }
      >
        Nothing that was saved is lost. {digest !== undefined && `If it happens again, tell your admin: ${digest}.`}
      </EmptyState>
    </>
  );
}

/** What the server's log calls this failure. */
function digestOf(error: unknown): string | undefined {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
}
