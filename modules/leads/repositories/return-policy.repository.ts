import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { BusinessCalendar, OpeningHours } from "../domain/business-clock";
import type { ReturnPolicy, ReturnRules } from "../domain/return-policy";

interface RulesRow {
  enabled: boolean;
  calendarName: string;
  normal: number;
  high: number;
  urgent: number;
  countsFrom: Date | null;
  recounting: boolean;
  updatedAt: Date;
  timeZone: string | null;
  weekly: OpeningHours[];
  holidays: string[];
  now: Date;
}

export interface NamedCalendar extends BusinessCalendar {
  name: string;
  updatedAt: Date;
}

const { sql } = Prisma;
/** The recount goes through leads by id, from here on. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** The return timer's policy and the calendars it can count by. */
export class ReturnPolicyRepository {
  constructor(private readonly db: Db) {}

  /** What holds now, by the database's clock. */
  async rules(executor: Db | Tx = this.db): Promise<ReturnRules> {
    const [row] = await executor.$queryRaw<RulesRow[]>`
      SELECT p.enabled, p.calendar_name AS "calendarName", p.normal_minutes AS "normal", p.high_minutes AS "high",
        p.urgent_minutes AS "urgent", p.counts_from AS "countsFrom", p.recount_after IS NOT NULL AS "recounting",
        p.updated_at AS "updatedAt", c.time_zone AS "timeZone", c.weekly, c.holidays, evenhand_now() AS "now"
      FROM lead_return_policy p LEFT JOIN business_calendars c ON c.name = p.calendar_name WHERE p.id = 1`;
    if (!row) throw new Error("the return policy has no row");
    const { normal, high, urgent, timeZone, weekly, holidays, ...facts } = row;
    const calendar = timeZone === null ? null : { timeZone, weekly, holidays };
    return { ...facts, minutes: { normal, high, urgent }, calendar };
  }

  /** Holds the policy until the transaction ends: changes of it and of calendars come one after the other. */
  async lock(tx: Tx): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM lead_return_policy WHERE id = 1 FOR UPDATE`;
  }

  /** Writes the policy; `switchedOn`: from now on, and no earlier, timers count. */
  async change(tx: Tx, policy: ReturnPolicy, switchedOn: boolean): Promise<void> {
    const { enabled, calendarName, minutes } = policy;
    await tx.$executeRaw`
      UPDATE lead_return_policy SET enabled = ${enabled}, calendar_name = ${calendarName},
        normal_minutes = ${minutes.normal}::int, high_minutes = ${minutes.high}::int,
        urgent_minutes = ${minutes.urgent}::int,
        counts_from = CASE WHEN ${switchedOn} THEN evenhand_now() ELSE counts_from END WHERE id = 1`;
  }

  /** Has all running timers counted again: now, and once more when assignments begun under the old rules are over. */
  async askRecount(tx: Tx): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_return_policy SET updated_at = evenhand_now(), recount_began_at = evenhand_now(),
        recount_after = ${BEFORE_ALL}::uuid WHERE id = 1`;
  }

  async calendars(executor: Db | Tx = this.db): Promise<NamedCalendar[]> {
    return this.selectCalendars(executor, sql`TRUE`);
  }

  async calendar(name: string, executor: Db | Tx = this.db): Promise<NamedCalendar | undefined> {
    return (await this.selectCalendars(executor, sql`c.name = ${name}`))[0];
  }

  /** Makes the calendar or changes it. */
  async putCalendar(tx: Tx, id: string, name: string, calendar: BusinessCalendar): Promise<void> {
    const { timeZone, weekly, holidays } = calendar;
    await tx.$executeRaw`
      INSERT INTO business_calendars (id, name, time_zone, weekly, holidays, updated_at)
      VALUES (${id}::uuid, ${name}, ${timeZone}, ${JSON.stringify(weekly)}::jsonb, ${JSON.stringify(holidays)}::jsonb,
        evenhand_now())
      ON CONFLICT (name) DO UPDATE SET time_zone = excluded.time_zone, weekly = excluded.weekly,
        holidays = excluded.holidays, updated_at = excluded.updated_at`;
  }

  private selectCalendars(executor: Db | Tx, where: Prisma.Sql): Promise<NamedCalendar[]> {
    return executor.$queryRaw<NamedCalendar[]>`
      SELECT c.name, c.time_zone AS "timeZone", c.weekly, c.holidays, c.updated_at AS "updatedAt"
      FROM business_calendars c WHERE ${where} ORDER BY c.name`;
  }
}
