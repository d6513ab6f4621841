"use client";

import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { buttonClass } from "@/components/ui/button";
import { unseenOf, useOpenAlerts } from "./alert-queries";

/** On the dashboard: the gravest open alert that nobody has seen, and the way to the others. */
export function AlertNotice() {
  const { data } = useOpenAlerts();
  const fresh = data?.alerts.filter((alert) => alert.acknowledgedAt === null) ?? [];
  const first = fresh.find((alert) => alert.severity === "critical") ?? fresh[0];
  if (!data || !first) return null;
  const others = unseenOf(data.unseen) - 1;
  return (
    <Banner
      tone={first.severity === "critical" ? "danger" : first.severity === "warning" ? "caution" : "info"}
      action={
        <Link href="/alerts" className={buttonClass("secondary", "sm")}>
          {others > 0 ? `All ${others + 1} alerts` : "Alerts"}
        </Link>
      }
    >
      {first.title}.
    </Banner>
  );
}
