import { isStaff, type Principal } from "@/lib/principal";
import type { LiveCallRow, QueueOverviewRepository, QueueRow } from "../repositories/queue-overview.repository";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { WaitEstimate } from "../domain/wait-estimate";
import type { CallRecord } from "../schemas";
import { leadOf } from "./call-log.service";
import type { PoolReadinessService } from "./pool-readiness.service";

export interface Estimates {
  estimate(queueId: string, ahead: number, waitedSeconds: number): Promise<WaitEstimate | undefined>;
}

export interface QueueView extends Omit<QueueRow, "serverTime" | "free"> {
  ready: number;
  calls: {
    callId: string;
    from: string;
    kind: "caller" | "callback";
    lead: CallRecord["lead"];
    state: QueuedCallState;
    position: number | null;
    priority: string;
    enqueuedAt: string;
    connectedAt: string | null;
    agent: string | null;
    why: string | null;
    offers: number;
    expectedWaitSeconds: { low: number; high: number } | null;
  }[];
}

/** The queues with the calls in them now. Agents see the queues they work, and whose caller is whose only in their own. */
export class QueueOverviewService {
  constructor(
    private readonly overview: QueueOverviewRepository,
    private readonly estimates: Estimates,
    private readonly pool: Pick<PoolReadinessService, "readyAmong">,
  ) {}

  async read(principal: Principal): Promise<{ queues: QueueView[]; serverTime: string }> {
    if (!isStaff(principal) && principal.agentId === undefined) {
      return { queues: [], serverTime: new Date().toISOString() };
    }
    const queues = await this.overview.queues(isStaff(principal) ? undefined : principal.agentId);
    const calls = await this.overview.calls(queues.map((queue) => queue.queueId));
    const serverTime = queues[0]?.serverTime ?? new Date();
    const ready = await this.pool.readyAmong([...new Set(queues.flatMap(({ free }) => free))]);
    const views = queues.map(async ({ serverTime: _time, free, ...queue }) => {
      const line = calls.filter((call) => call.queueId === queue.queueId);
      return {
        ...queue,
        ready: free.filter((agentId) => ready.has(agentId)).length,
        calls: await Promise.all(line.map((call) => this.view(principal, call, line, serverTime))),
      };
    });
    return { queues: await Promise.all(views), serverTime: serverTime.toISOString() };
  }

  private async view(
    principal: Principal,
    call: LiveCallRow,
    line: readonly LiveCallRow[],
    now: Date,
  ): Promise<QueueView["calls"][number]> {
    // Who is being offered to an agent is no longer in anybody's way.
    const { position } = call;
    const isAhead = (one: LiveCallRow) => one.state === "waiting" && (one.position ?? Infinity) < (position ?? 0);
    const waitedSeconds = (now.getTime() - call.enqueuedAt.getTime()) / 1_000;
    const estimate =
      position === null
        ? undefined
        : await this.estimates.estimate(call.queueId, line.filter(isAhead).length, waitedSeconds);
    const known = isStaff(principal) || call.agentId === principal.agentId;
    return {
      callId: call.callId,
      from: known ? call.from : "",
      kind: call.kind,
      lead: known ? leadOf(call) : null,
      state: call.state as QueuedCallState,
      position: call.position,
      priority: call.priority,
      enqueuedAt: call.enqueuedAt.toISOString(),
      connectedAt: call.connectedAt?.toISOString() ?? null,
      agent: call.agent,
      why: call.why,
      offers: call.offers,
      expectedWaitSeconds: estimate ? { low: estimate.lowSeconds, high: estimate.highSeconds } : null,
    };
  }
}
