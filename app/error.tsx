"use client";

import { PageFailed } from "@/components/page-failed";

export default function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="flex min-h-dvh">
      <PageFailed error={error} retry={retry} />
    </main>
  );
}
