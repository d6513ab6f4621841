import { isStaff, type Principal } from "@/lib/principal";
import type { QueueFigures } from "../queue-figures.schemas";
import type { QueueFiguresRepository, QueueFiguresRow } from "../repositories/queue-figures.repository";

/** Service level, answer and handle times of today: staff see every queue, agents theirs. */
export class QueueFiguresService {
  constructor(private readonly rows: Pick<QueueFiguresRepository, "today">) {}

  async today(principal: Principal): Promise<{ since: string; queues: QueueFigures[] }> {
    const own = isStaff(principal) ? undefined : principal.agentId;
    if (!isStaff(principal) && own === undefined) return { since: new Date().toISOString(), queues: [] };
    const rows = await this.rows.today(own, principal.timeZone);
    return { since: (rows[0]?.since ?? new Date()).toISOString(), queues: rows.map(figuresOf) };
  }
}

function figuresOf(row: QueueFiguresRow): QueueFigures {
  const { queueId, serviceLevelSeconds, answered, inTime, abandoned, shortAbandoned, elsewhere } = row;
  const counted = answered + abandoned;
  return {
    queueId,
    serviceLevelSeconds,
    calls: { answered, answeredInTime: inTime, abandoned, shortAbandoned, elsewhere },
    serviceLevel: counted === 0 ? null : inTime / counted,
    abandonment: counted === 0 ? null : abandoned / counted,
    answerSeconds: row.answerSeconds,
    handleSeconds: row.handleSeconds,
  };
}
