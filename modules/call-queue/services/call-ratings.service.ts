import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { requireStaff, type Actor, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { CallRatingRepository } from "../repositories/call-rating.repository";
import type { QueueRatings } from "../ratings.schemas";

/** What a key means to a caller who is asked: heard, to be asked once more, or that is enough. */
export type RatingAnswer = "thanks" | "again" | "over";

/** Times a caller is asked. */
const MOST_QUESTIONS = 2;
const SCORE = /^[1-5]$/;

export interface KnownQueues {
  queueFor(queueId: string, agentId: string | undefined): Promise<{ member: boolean } | undefined>;
}

/** One question after a call, answered by a key from 1 to 5. */
export class CallRatings {
  constructor(
    private readonly db: Db,
    private readonly ratings: CallRatingRepository,
    private readonly queues: KnownQueues,
  ) {}

  /** The caller pressed a key, or none (an empty text). The first score counts; saying it again changes nothing. */
  async answered(callSid: string, digits: string, attempt: number, actor: Actor): Promise<RatingAnswer> {
    if (!SCORE.test(digits)) return digits !== "" && attempt + 1 < MOST_QUESTIONS ? "again" : "over";
    await inTransaction(this.db, async (tx) => {
      const score = Number(digits);
      const rated = await this.ratings.rate(tx, callSid, score);
      if (!rated) return;
      const { callId, agentId } = rated;
      const after = { score, agentId };
      await writeAudit(tx, actor, [{ action: "call.rated", entityType: "call", entityId: callId, after }]);
      await publishLive(tx, [{ topic: "call", audience: "staff", data: { callId } }]);
    });
    return "thanks";
  }

  /** What callers of a queue thought in the last days (managers). Throws 404. */
  async read(principal: Principal, queueId: string, days: number): Promise<QueueRatings> {
    requireStaff(principal);
    const queue = isId(queueId) ? await this.queues.queueFor(queueId, undefined) : undefined;
    if (!queue) throw notFound("This queue");
    const [figures, agents] = [await this.ratings.figures(queueId, days), await this.ratings.byAgent(queueId, days)];
    return { days, ...figures, agents };
  }
}
