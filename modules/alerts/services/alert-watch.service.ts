import type { FloorWatchRepository } from "../repositories/floor-watch.repository";
import type { AlertRaiser } from "./alert-book.service";

export interface AlertWatchPorts {
  floor: Pick<FloorWatchRepository, "lateDispatch" | "longQueues">;
  /** Whether any of these agents could be offered a call now, their device's report and all. */
  anyReady(agentIds: readonly string[]): Promise<boolean>;
  /** Seconds since any worker was heard of; undefined when none ever was. */
  workerSilence(): Promise<number | undefined>;
  /** Examines the next stretch of the audit log's seals; answers what does not fit. */
  seals: { examineNext(): Promise<{ auditId: string; why: string } | undefined> };
}

/** Seconds without a worker's beat (it comes every 2 s) after which it counts as gone. */
const WORKER_SECONDS = 15;
/** Law 4 holds a call for 2 s at most; twice that and the look's own rhythm make an alert. */
const DISPATCH_SECONDS = 5;
/** Callers in one queue that are too many. */
const LONG_QUEUE = 20;
/** Milliseconds between two looks for the worker, however many ask. */
const LOOK_EVERY_MS = 5_000;

/** Looks for what nobody reports because nothing happens. */
export class AlertWatch {
  private looked = 0;

  constructor(
    private readonly ports: AlertWatchPorts,
    private readonly book: AlertRaiser,
    private readonly expectWorker: boolean,
  ) {}

  /** One look at everything; safe anywhere, at any time. */
  async round(): Promise<void> {
    await this.lookForWorker();
    for (const { queue, waitingSeconds, agentIds } of await this.ports.floor.lateDispatch(DISPATCH_SECONDS)) {
      if (await this.ports.anyReady(agentIds)) await this.book.raise("dispatch_late", queue, { waitingSeconds });
    }
    for (const { queue, waiting } of await this.ports.floor.longQueues(LONG_QUEUE)) {
      await this.book.raise("queue_long", queue, { waiting });
    }
    const broken = await this.ports.seals.examineNext();
    if (broken) await this.book.raise("audit_seal_broken", `row ${broken.auditId}`, { why: broken.why });
  }

  /** Whether a worker is at work, where one should be; looked at no more often than every 5 s. */
  async lookForWorker(): Promise<void> {
    if (!this.expectWorker || Date.now() - this.looked < LOOK_EVERY_MS) return;
    this.looked = Date.now();
    const silence = await this.ports.workerSilence();
    if (silence === undefined || silence >= WORKER_SECONDS) {
      await this.book.raise("worker_silent", "worker", { silentSeconds: Math.round(silence ?? 0) });
    } else await this.book.resolve("worker_silent");
  }
}
