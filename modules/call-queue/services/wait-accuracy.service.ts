import { forbidden, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { isStaff, type Principal } from "@/lib/principal";
import type { WaitAnnouncementRepository } from "../repositories/wait-announcement.repository";
import type { WaitAccuracy } from "../wait.schemas";

/** How good the announced waits were: what managers see beside the queue. */
export class WaitAccuracyService {
  constructor(private readonly announcements: WaitAnnouncementRepository) {}

  /** The last hours of one queue. Staff, and agents of the queue; throws 403 and 404. */
  async read(principal: Principal, queueId: string, hours: number): Promise<WaitAccuracy> {
    const queue = isId(queueId) ? await this.announcements.queueFor(queueId, principal.agentId) : undefined;
    if (!queue) throw notFound("This queue");
    if (!isStaff(principal) && !queue.member) throw forbidden("You do not work in this queue.");
    await this.announcements.settle();
    const row = await this.announcements.accuracy(queueId, hours);
    const share = (count: number): number | null => (row.judged === 0 ? null : count / row.judged);
    return {
      hours,
      announcements: {
        total: row.announced,
        waiting: row.waiting,
        answered: row.answered,
        abandoned: row.abandoned,
        left: row.left,
        judged: row.judged,
      },
      coverage: {
        range: share(row.inside),
        spokenRange: share(row.insideSpoken),
        sooner: share(row.sooner),
        later: share(row.later),
        aim: 0.8,
      },
      errorSeconds: { estimate: row.error, bias: row.bias },
      compared: {
        announcements: row.compared,
        estimateSeconds: row.comparedError,
        lastWaitSeconds: row.lastWaitError,
        averageWaitSeconds: row.averageWaitError,
      },
    };
  }

  /** Writes down what became of the callers; answers of how many announcements. Safe at any time, twice at once. */
  async settle(): Promise<number> {
    return this.announcements.settle();
  }
}
