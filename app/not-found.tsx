import { Compass } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <EmptyState
        icon={<Compass />}
        wholePage
        title="There is no such page"
        actions={
          <Button asChild variant="primary">
            <Link href="/">To the first page</Link>
          </Button>
        }
      >
        The link may be old, or a letter of it is missing.
      </EmptyState>
    </main>
  );
}
