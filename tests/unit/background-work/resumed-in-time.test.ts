import { expect, it } from "vitest";
import { cronPeriod } from "@/modules/background-work/domain/cron-schedule";
import { EXPORT_LEASE_SECONDS } from "@/modules/exports/repositories/export.repository";
import { IMPORT_LEASE_SECONDS } from "@/modules/imports/repositories/import-hold.repository";
import { PLAN_LEASE_SECONDS } from "@/modules/leads/repositories/plan.repository";
import { MESSAGE_LEASE_SECONDS } from "@/modules/notifications/repositories/delivery-sending.repository";

/** Seconds within which what a killed process had begun is gone on with, wherever nobody is but the cron routes. */
const RESUMED_SECONDS = 90;

it.each([
  ["bulk-plans", PLAN_LEASE_SECONDS],
  ["exports", EXPORT_LEASE_SECONDS],
  ["imports", IMPORT_LEASE_SECONDS],
  ["notifications", MESSAGE_LEASE_SECONDS],
  // A sweep of files is held by nobody: any round goes on where the last one was cut off.
  ["files", 0],
])("%s: the lease of the dead and the next call of the cron route come within 90 s", (duty, leaseSeconds) => {
  expect(leaseSeconds + (cronPeriod(duty) ?? Infinity) / 1_000).toBeLessThanOrEqual(RESUMED_SECONDS);
});
