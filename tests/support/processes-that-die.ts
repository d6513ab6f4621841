import { type ChildProcess, spawn } from "node:child_process";
import { expect, vi } from "vitest";
import { withConnection } from "../../scripts/postgres/database";
import { testEnvironment } from "./house";

const LOCK = 4_711;
/** Milliseconds that a process may take to begin and to come to the point, on a machine that is busy. */
export const BEGIN_MS = 90_000;

/** A statement of a process at which it is held up: on this table, where `when` is true of the row (NEW, OLD). */
export interface Point {
  table: string;
  event: "INSERT" | "UPDATE";
  when: string;
}

/** Real processes of the product over one database, and their death by SIGKILL. Whoever uses it calls end(). */
export class ProcessesThatDie {
  private readonly running: ChildProcess[] = [];

  constructor(private readonly url: () => string) {}

  /** A program of this repository with Node. */
  node(...args: string[]): string[] {
    return [process.execPath, "--import", "tsx", ...args];
  }

  start([command = "", ...args]: readonly string[], variables: Record<string, string> = {}): ChildProcess {
    const child = spawn(command, args, {
      env: {
        PATH: process.env.PATH ?? "",
        ...testEnvironment(this.url()),
        NODE_ENV: "test",
        TWILIO_API_BASE_URL: "http://127.0.0.1:9",
        ...variables,
      },
      stdio: "ignore",
    });
    this.running.push(child);
    return child;
  }

  /** Kills a process while its statement waits at a point, and lets the statement go. */
  async killAt({ table, event, when }: Point, begin: () => ChildProcess): Promise<void> {
    await withConnection(this.url(), async (connection) => {
      await connection.query(`SELECT pg_advisory_lock(${LOCK})`);
      await connection.query(`
        CREATE OR REPLACE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NEW; END $$;
        CREATE OR REPLACE TRIGGER hold_up BEFORE ${event} ON ${table}
          FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION hold_up();`);
      const child = begin();
      const held = `
        SELECT 1 FROM pg_locks JOIN pg_database AS here ON here.oid = pg_locks.database
        WHERE here.datname = current_database() AND locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`;
      await vi.waitFor(async () => expect((await connection.query(held)).rowCount).toBe(1), { timeout: BEGIN_MS });
      await this.kill(child);
      // The statement of the dead: whether it comes to its end or not, nobody commits it.
      await connection.query(`SELECT pg_advisory_unlock(${LOCK})`);
      await connection.query(`DROP TRIGGER hold_up ON ${table}`);
    });
  }

  async kill(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
  }

  end(): void {
    for (const child of this.running.splice(0)) child.kill("SIGKILL");
  }
}
