import { expect, it } from "vitest";
import vercel from "../../../vercel.json";
import { contractTable } from "@/modules/contract-table";
import { cronPeriod, dutyOfRoute, periodOf } from "@/modules/background-work/domain/cron-schedule";

it("reads the schedules that cron routes have", () => {
  const minute = 60_000;
  expect(periodOf("* * * * *")).toBe(minute);
  expect(periodOf("*/10 * * * *")).toBe(10 * minute);
  expect(periodOf("7 * * * *")).toBe(60 * minute);
  expect(periodOf("30 4 * * *")).toBe(24 * 60 * minute);
  for (const other of ["0 0 * * 1", "1,2 * * * *", "0 */2 * * *", ""]) expect(periodOf(other)).toBeUndefined();
});

it("knows when each cron route comes again, and each is scheduled", () => {
  const routes = contractTable.filter(({ access }) => access.kind === "cron").map(({ path }) => path);
  expect(vercel.crons.map(({ path }) => path).toSorted()).toEqual(routes.toSorted());
  for (const path of routes) expect(cronPeriod(dutyOfRoute(path)), path).toBeGreaterThan(0);
});
