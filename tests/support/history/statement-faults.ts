import pg from "pg";
import type { Fault } from "./messages";

/** As much of a connection as it takes to lose it. */
interface Socketed {
  connection: { stream: { destroy(): void } };
}

/**
 * Counts every statement that this process sends, BEGIN and COMMIT included, and makes a fault happen at one of them:
 * the way to stand between statement k and k + 1 of whatever runs. Installed once a process, before its first
 * connection.
 */
export class StatementFaults {
  private sent = 0;
  private fault: Fault | null = null;

  /** Counts from here on; answers how many statements were sent since the last time. */
  arm(fault: Fault | null): number {
    const { sent } = this;
    this.sent = 0;
    this.fault = fault;
    return sent;
  }

  install(): void {
    // The driver's method, given the same name and this argument list: what it returns depends on how it is called.
    const proto = pg.Client.prototype as unknown as { query(...given: unknown[]): unknown };
    const send = proto.query;
    const next = (): Fault | null => this.next();
    proto.query = function query(this: Socketed, ...given: unknown[]): unknown {
      const fault = next();
      if (fault?.kind === "die_before") process.kill(process.pid, "SIGKILL");
      if (fault?.kind === "cut_before") this.connection.stream.destroy();
      const result = send.apply(this, given);
      // What was sent leaves this process when the present turn of its loop ends.
      if (fault?.kind === "die_after") setImmediate(() => process.kill(process.pid, "SIGKILL"));
      if (fault?.kind === "cut_after") setImmediate(() => this.connection.stream.destroy());
      return result;
    };
  }

  private next(): Fault | null {
    this.sent += 1;
    if (this.fault?.statement !== this.sent) return null;
    const { fault } = this;
    this.fault = null;
    return fault;
  }
}
