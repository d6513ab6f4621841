"use client";

import { PageFailed } from "@/components/page-failed";

/** One page failed: the navigation and the softphone around it stay. */
export default function DeskPageFailed({ error, retry }: { error: unknown; retry: () => void }) {
  return <PageFailed error={error} retry={retry} />;
}
