import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { readHealth } from "../schemas";

export interface HealthPort {
  workerSilence(): Promise<number | undefined>;
  appliedMigrations(): Promise<string[]>;
  knownMigrations(): Promise<string[]>;
}

/** Seconds after which a silent worker counts as down; it beats every 5 s. */
const WORKER_PATIENCE_SECONDS = 15;
/** A balancer would rather hear "no" soon than "yes" late. */
const DATABASE_PATIENCE_MS = 3_000;
const RETRY_SECONDS = 2;

/** Tells balancers, browsers and the start script whether the house stands. */
export class HealthService {
  constructor(
    private readonly port: HealthPort,
    private readonly expectWorker: boolean,
    /** The bucket of files; undefined where they lie on disk. */
    private readonly bucket?: { state(): Promise<"ok" | "away" | "browsers_refused"> },
  ) {}

  /** Throws 503 naming each part that is down. */
  async health(): Promise<z.output<NonNullable<(typeof readHealth)["response"]>>> {
    const silence = await this.ask(() => this.port.workerSilence());
    if (this.expectWorker && (silence === undefined || silence >= WORKER_PATIENCE_SECONDS)) {
      throw down({ database: "ok", worker: "down" }, "The background worker has not been heard of for 15 s.");
    }
    return {
      status: "ok",
      database: "ok",
      worker: this.expectWorker ? "ok" : "not_expected",
      // Leads and calls go on without it.
      files: (await this.bucket?.state()) ?? "ok",
      time: new Date().toISOString(),
    };
  }

  /** Throws 503 when the database is away or lacks a migration of this version. */
  async ready(): Promise<{ status: "ready"; migrations: number }> {
    const known = await this.port.knownMigrations();
    const applied = new Set(await this.ask(() => this.port.appliedMigrations()));
    const missing = known.filter((name) => !applied.has(name));
    if (missing.length > 0) {
      throw down({ database: "ok", migrations: "behind" }, `Migrations are missing: ${missing.join(", ")}.`);
    }
    return { status: "ready", migrations: applied.size };
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error("too late")), DATABASE_PATIENCE_MS);
    });
    try {
      return await Promise.race([question(), late]);
    } catch (cause) {
      throw down({ database: "down" }, "The database does not answer.", cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

function down(parts: Readonly<Record<string, string>>, message: string, cause?: unknown): AppError {
  const error = new AppError(503, "unhealthy", message, { parts }, RETRY_SECONDS);
  error.cause = cause;
  return error;
}
