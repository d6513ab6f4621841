import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { notFound, unprocessable } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { type BusinessCalendar, isTimeZone, weeklyOpenMinutes } from "../domain/business-clock";
import type { ReturnPolicy } from "../domain/return-policy";
import type { NamedCalendar, ReturnPolicyRepository } from "../repositories/return-policy.repository";
import type { CalendarView, changeReturnPolicy, putCalendar, ReturnPolicyView } from "../return.schemas";
import type { ReturnRecount } from "./return-recount";
import type { ReturnTimer } from "./return-timer";

type PolicyRequest = z.output<NonNullable<(typeof changeReturnPolicy)["body"]>>;
type CalendarRequest = z.output<NonNullable<(typeof putCalendar)["body"]>>;

/** Chunks of running timers that are counted again within the request; the worker or the cron route does the others. */
const CHUNKS_IN_REQUEST = 10;

/** The rules of the return timer, as managers read and change them. */
export class ReturnSettingsService {
  constructor(
    private readonly db: Db,
    private readonly policies: ReturnPolicyRepository,
    private readonly timer: ReturnTimer,
    private readonly recount: ReturnRecount,
  ) {}

  /** The policy, with what it would mean for a lead that is assigned now (managers). */
  async policy(principal: Principal): Promise<ReturnPolicyView> {
    requireStaff(principal);
    const rules = await this.policies.rules();
    const due = this.timer.dueFrom(rules, rules.now.getTime());
    const text = (date: Date | null): string | null => date?.toISOString() ?? null;
    return {
      enabled: rules.enabled,
      calendar: rules.calendarName,
      minutes: { ...rules.minutes },
      due_if_assigned_now: { normal: text(due.normal), high: text(due.high), urgent: text(due.urgent) },
      recount: rules.recounting ? "under_way" : "done",
      updated_at: rules.updatedAt.toISOString(),
    };
  }

  /**
   * Changes the policy (managers); what it is already writes nothing. Running timers count by the new rules from the
   * assignment on; switched on, they count from now. Throws 422 unknown_calendar.
   */
  async changePolicy(principal: Principal, request: PolicyRequest, requestId?: string): Promise<ReturnPolicyView> {
    requireStaff(principal);
    await inTransaction(
      this.db,
      async (tx) => {
        await this.policies.lock(tx);
        const rules = await this.policies.rules(tx);
        const before: ReturnPolicy = {
          enabled: rules.enabled,
          calendarName: rules.calendarName,
          minutes: rules.minutes,
        };
        const after: ReturnPolicy = {
          enabled: request.enabled ?? before.enabled,
          calendarName: request.calendar ?? before.calendarName,
          minutes: mergedMinutes(before.minutes, request.minutes),
        };
        if (request.calendar !== undefined && !(await this.policies.calendar(request.calendar, tx))) {
          const known = (await this.policies.calendars(tx)).map(({ name }) => name);
          throw unprocessable("unknown_calendar", `There is no calendar ${request.calendar}.`, { known });
        }
        if (JSON.stringify(before) === JSON.stringify(after)) return;
        await this.policies.change(tx, after, after.enabled && !before.enabled);
        await this.policies.askRecount(tx);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "setting.lead_return_changed",
            entityType: "setting",
            entityId: "lead-return",
            before: policyFacts(before),
            after: policyFacts(after),
          },
        ]);
      },
      { once: "policy" },
    );
    await this.recount.run(CHUNKS_IN_REQUEST);
    return this.policy(principal);
  }

  /** All calendars by name (managers). */
  async calendars(principal: Principal): Promise<CalendarView[]> {
    requireStaff(principal);
    return (await this.policies.calendars()).map(calendarView);
  }

  /** One calendar (managers). Throws 404. */
  async calendar(principal: Principal, name: string): Promise<CalendarView> {
    requireStaff(principal);
    const calendar = name.includes("\0") ? undefined : await this.policies.calendar(name);
    if (!calendar) throw notFound("This calendar");
    return calendarView(calendar);
  }

  /**
   * Makes or changes a calendar (managers); what it is already writes nothing. Throws 422 unknown_time_zone, and
   * empty_hours for hours that end when they begin.
   */
  async putCalendar(
    principal: Principal,
    name: string,
    request: CalendarRequest,
    requestId?: string,
  ): Promise<CalendarView> {
    requireStaff(principal);
    const after = checkedCalendar(request);
    await inTransaction(
      this.db,
      async (tx) => {
        await this.policies.lock(tx);
        const standing = await this.policies.calendar(name, tx);
        const before = standing && calendarFacts(standing);
        if (before && JSON.stringify(before) === JSON.stringify(calendarFacts(after))) return;
        await this.policies.putCalendar(tx, newId(), name, after);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: before ? "setting.calendar_changed" : "setting.calendar_created",
            entityType: "setting",
            entityId: `calendar:${name}`,
            ...(before ? { before } : {}),
            after: calendarFacts(after),
          },
        ]);
        await this.recountIfUsed(tx, name);
      },
      { once: "calendar" },
    );
    await this.recount.run(CHUNKS_IN_REQUEST);
    return this.calendar(principal, name);
  }

  private async recountIfUsed(tx: Tx, name: string): Promise<void> {
    const { calendarName } = await this.policies.rules(tx);
    if (calendarName === name) await this.policies.askRecount(tx);
  }
}

function mergedMinutes(before: ReturnPolicy["minutes"], change: PolicyRequest["minutes"]): ReturnPolicy["minutes"] {
  return {
    normal: change?.normal ?? before.normal,
    high: change?.high ?? before.high,
    urgent: change?.urgent ?? before.urgent,
  };
}

function checkedCalendar(request: CalendarRequest): BusinessCalendar {
  const { time_zone: timeZone, weekly, holidays = [] } = request;
  if (!isTimeZone(timeZone)) {
    throw unprocessable("unknown_time_zone", `${timeZone} is not a time zone. Give an IANA name like Europe/Berlin.`);
  }
  const empty = weekly.findIndex(({ from, to }) => from === to);
  if (empty >= 0) {
    throw unprocessable("empty_hours", "These hours end when they begin. From 00:00 to 24:00 is a whole day.", {
      weekly: [empty],
    });
  }
  return {
    timeZone,
    weekly: weekly.toSorted((one, other) => one.day - other.day || one.from.localeCompare(other.from)),
    holidays: [...new Set(holidays)].toSorted(),
  };
}

const policyFacts = ({ enabled, calendarName, minutes }: ReturnPolicy) => ({
  enabled,
  calendar: calendarName,
  minutes: { ...minutes },
});

const calendarFacts = ({ timeZone, weekly, holidays }: BusinessCalendar) => ({
  time_zone: timeZone,
  weekly: weekly.map(({ day, from, to }) => ({ day, from, to })),
  holidays: [...holidays],
});

function calendarView(calendar: NamedCalendar): CalendarView {
  return {
    name: calendar.name,
    ...calendarFacts(calendar),
    weekly_open_minutes: weeklyOpenMinutes(calendar.weekly),
    updated_at: calendar.updatedAt.toISOString(),
  };
}
