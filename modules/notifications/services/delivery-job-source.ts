import { conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import type { Job, JobFilter, JobPosition, JobSource, JobState } from "@/lib/jobs/job-source";
import { type Principal, requireStaff } from "@/lib/principal";
import type { DeliveryState } from "../domain/outgoing";
import type { OutChannel } from "../domain/told-events";
import type { DeliveryJobRow, DeliveryJobsRepository } from "../repositories/delivery-jobs.repository";
import type { DeliveryLog } from "./delivery-log.service";

/** E-mails and SMS among the background work that managers see: what is stuck, and why (ADR 72). */
export class DeliveryJobSource implements JobSource {
  readonly kind = "message";
  readonly label = "E-mails and SMS";
  readonly isQueued = false;

  constructor(
    private readonly rows: DeliveryJobsRepository,
    private readonly log: Pick<DeliveryLog, "again">,
  ) {}

  async page(principal: Principal, filter: JobFilter, after: JobPosition | undefined, limit: number): Promise<Job[]> {
    return (await this.rows.page(filter, after, limit)).map((row) => jobOf(row, principal));
  }

  async find(principal: Principal, deliveryId: string): Promise<Job | undefined> {
    const row = isId(deliveryId) ? await this.rows.find(deliveryId) : undefined;
    return row && jobOf(row, principal);
  }

  /** Has a message tried now that failed or waits for its next try. One that is under way or went out stays as it is. */
  async retry(principal: Principal, deliveryId: string, requestId: string): Promise<void> {
    requireStaff(principal);
    const { retried, row } = await this.log.again(principal, deliveryId, requestId);
    if (!retried && row.state === "skipped") {
      throw conflict("job_not_repeatable", "This message was not wanted any more when its time came.", {
        state: row.state,
      });
    }
  }

  async cancel(principal: Principal, deliveryId: string): Promise<void> {
    requireStaff(principal);
    if ((await this.find(principal, deliveryId)) === undefined) throw notFound("This message");
    throw conflict("message_not_stoppable", "A message cannot be stopped. Who gets it can switch such messages off.");
  }
}

const STATES: Readonly<Record<DeliveryState, JobState>> = {
  gathering: "waiting",
  retrying: "waiting",
  sending: "running",
  sent: "done",
  delivered: "done",
  failed: "failed",
  skipped: "cancelled",
};

const CHANNELS: Readonly<Record<OutChannel, { noun: string; by: string }>> = {
  email: { noun: "E-mail", by: "The mail server" },
  sms: { noun: "SMS", by: "The carrier" },
};

function jobOf(row: DeliveryJobRow, principal: Principal): Job {
  const { channel, state, person, notifications } = row;
  const isAdmin = principal.role === "admin";
  const what = notifications === 1 ? "1 notification" : `${notifications} notifications`;
  const isOut = state === "sent" || state === "delivered";
  return {
    id: row.id,
    // What it says is its person's: the log, which admins read, has that.
    title: `${CHANNELS[channel].noun} to ${person}: ${what}`,
    state: STATES[state],
    createdBy: "Evenhand",
    createdByName: "Evenhand",
    createdAt: row.createdAt,
    startedAt: row.firstTriedAt,
    finishedAt: row.finishedAt,
    processed: isOut ? 1 : 0,
    total: 1,
    cancelRequested: false,
    runner: row.runner,
    heldUntil: row.heldUntil,
    reason: reasonOf(row, isAdmin),
    mayRetry: state === "failed" || state === "retrying",
    mayCancel: false,
    href: isAdmin ? "/settings/notifications/deliveries" : null,
  };
}

/** Why it is not out yet, for people; admins read the other side's own words too, which may name machines. */
function reasonOf({ channel, state, attempts, isLate, error }: DeliveryJobRow, inFull: boolean): string | null {
  const { by } = CHANNELS[channel];
  const said = inFull && error !== null ? ` It said: ${error}` : "";
  if (isLate) return "Its time has come, and nobody has sent it yet.";
  if (state === "failed") return `${by} did not take it.${said}`;
  if (attempts > 0 && state === "retrying") {
    const times = attempts === 1 ? "once" : `${attempts} times`;
    return `${by} did not take it yet, tried ${times}. It is tried again by itself.${said}`;
  }
  return null;
}
