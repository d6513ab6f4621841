import type { Db, PgBoss } from "pg-boss";

/** Runs a statement with its values; the process's own connections. */
export type RunSql = Db["executeSql"];

/** Wake-ups of one kind. */
export interface QueueCounts {
  kind: string;
  waiting: number;
  active: number;
  retrying: number;
  failed: number;
}

/** Seconds after which a job whose process died counts as failed; who sent it finds out in its own tables. */
const EXPIRE_SECONDS = 120;
/** Seconds that finished jobs are kept. */
const KEPT_SECONDS = 3_600;

/**
 * Background jobs in PostgreSQL, by pg-boss. Jobs are told apart by `kind` and `key`: a key that waits already is not
 * queued again. The library's tables lie in a schema of its own, which it keeps up to date by itself.
 */
export class JobQueue {
  private boss: Promise<PgBoss> | undefined;
  private readonly kinds = new Map<string, Promise<void>>();

  constructor(
    private readonly runSql: RunSql,
    private readonly log: { error(fields: object, message: string): void },
  ) {}

  async send(kind: string, key: string): Promise<void> {
    const boss = await this.ready(kind);
    await boss.send(kind, { key }, { singletonKey: key });
  }

  /** Takes the next job of a kind; undefined when none waits. */
  async take(kind: string): Promise<{ id: string; key: string } | undefined> {
    const boss = await this.ready(kind);
    const [job] = await boss.fetch<{ key: string }>(kind, { batchSize: 1 });
    return job && { id: job.id, key: job.data.key };
  }

  async done(kind: string, id: string): Promise<void> {
    const boss = await this.ready(kind);
    await boss.complete(kind, id);
  }

  /** How many wake-ups of each kind wait, run, wait to be tried again, and have failed within the last hour. */
  async counts(): Promise<QueueCounts[]> {
    // The library's tables come with the first job of an installation.
    const { rows: there } = await this.runSql("SELECT to_regclass('pgboss.job') IS NOT NULL AS there", []);
    if ((there as { there: boolean }[])[0]?.there !== true) return [];
    const { rows } = await this.runSql(
      `SELECT name AS kind, count(*) FILTER (WHERE state = 'created')::int AS waiting,
        count(*) FILTER (WHERE state = 'active')::int AS active, count(*) FILTER (WHERE state = 'retry')::int AS retrying,
        count(*) FILTER (WHERE state = 'failed')::int AS failed
      FROM pgboss.job WHERE state IN ('created', 'active', 'retry', 'failed') GROUP BY name ORDER BY name LIMIT 100`,
      [],
    );
    return rows as QueueCounts[];
  }

  /** The library's own upkeep: expired and old jobs. */
  async maintain(): Promise<void> {
    const boss = await this.started();
    await boss.supervise();
  }

  private async ready(kind: string): Promise<PgBoss> {
    const boss = await this.started();
    let made = this.kinds.get(kind);
    if (!made) {
      made = boss.createQueue(kind, {
        policy: "short",
        retryLimit: 0,
        expireInSeconds: EXPIRE_SECONDS,
        deleteAfterSeconds: KEPT_SECONDS,
      });
      this.kinds.set(kind, made);
      made.catch(() => this.kinds.delete(kind));
    }
    await made;
    return boss;
  }

  /** Begun with the first job, so that a process that has none to send pays nothing. */
  private started(): Promise<PgBoss> {
    this.boss ??= this.start().catch((error: unknown) => {
      this.boss = undefined;
      throw error;
    });
    return this.boss;
  }

  private async start(): Promise<PgBoss> {
    const { PgBoss } = await import("pg-boss");
    // No loops of the library's own: who takes jobs asks for them, and maintain() does the upkeep.
    const boss = new PgBoss({ db: { executeSql: this.runSql }, supervise: false, schedule: false });
    boss.on("error", (error) => this.log.error({ err: error }, "the job library has a problem"));
    await boss.start();
    return boss;
  }
}
