import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { PreferencesScreen } from "@/modules/notifications/components/preferences-screen";
import { currentPrincipal } from "../../../current-principal";

export const metadata: Metadata = { title: "Notification settings" };

/** Everybody's own. */
export default async function NotificationSettingsPage() {
  const principal = await currentPrincipal();
  return (
    <>
      <PageHeader
        title="Notification settings"
        actions={
          principal?.role === "admin" && (
            <Button asChild size="sm">
              <Link href="/settings/notifications/deliveries">Messages sent</Link>
            </Button>
          )
        }
      />
      <PreferencesScreen />
    </>
  );
}
