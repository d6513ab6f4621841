import { ArrowUpRight, Phone } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { env } from "@/lib/config/env";

export const metadata: Metadata = { title: "Telephone" };
// The address is the environment's, which a build does not know.
export const dynamic = "force-dynamic";

/** The way to the local carrier's telephone. With a real carrier there is no such page. */
export default function TelephonePage() {
  const address = env().TELEPHONE_PAGE_URL;
  if (address === undefined) notFound();
  return (
    <>
      <PageHeader title="Telephone" />
      <EmptyState
        icon={<Phone />}
        title="Call in as anybody"
        actions={
          <Button asChild variant="primary">
            <a href={address} target="_blank" rel="noreferrer">
              Open the telephone
              <ArrowUpRight aria-hidden />
            </a>
          </Button>
        }
      >
        The local carrier has a telephone of its own: choose who you are, dial, and talk through your microphone. It
        opens in a new tab, so that the softphone here can ring.
      </EmptyState>
    </>
  );
}
