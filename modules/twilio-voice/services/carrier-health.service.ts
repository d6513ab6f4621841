import type { AlertRaiser } from "@/modules/alerts/services/alert-book.service";
import type { CircuitStanding } from "../domain/carrier";
import type { CarrierHealthRepository } from "../repositories/carrier-health.repository";
import type { RunnerLog } from "./carrier-command-runner.service";

/** The circuit of this process. */
export interface Circuit {
  readonly standing: CircuitStanding;
  readonly lastError: string | undefined;
  onChange(listener: (standing: CircuitStanding) => void): void;
}

export interface CarrierStanding {
  standing: CircuitStanding;
  /** Since when it has not been answering; null while it does. */
  since: string | null;
}

/** Milliseconds between two probes offered to an open circuit (its own pauses decide which are made) and two reports. */
const PROBE_MS = 1_000;
/** Milliseconds that a process trusts what it read of the others. */
const SHARED_MS = 2_000;

/**
 * How the house stands with the carrier. Each process has its own circuit and acts by it; what it finds is written
 * down, so that screens, callers and managers are told the same whichever process they meet.
 */
export class CarrierHealthService {
  private shared: CarrierStanding = { standing: "closed", since: null };
  private readAt = 0;
  private probing: ReturnType<typeof setTimeout> | undefined;
  private reported = false;
  /** The last change being written down; whoever noted it is told of its failure. */
  private noted: Promise<unknown> = Promise.resolve();
  private readonly onceWell = new Set<() => void>();

  constructor(
    private readonly circuit: Circuit,
    /** A harmless request. */
    private readonly probe: () => Promise<unknown>,
    private readonly rows: CarrierHealthRepository,
    private readonly alerts: AlertRaiser,
    private readonly processId: string,
    private readonly log: RunnerLog,
  ) {
    circuit.onChange(() => this.changed());
  }

  /** Whether this process leaves the carrier alone now. */
  isOpen(): boolean {
    return this.circuit.standing !== "closed";
  }

  /** Calls back whenever this process's circuit closes again. */
  whenWell(listener: () => void): void {
    this.onceWell.add(listener);
  }

  /** How the house stands with the carrier, at most 2 s old. */
  async read(): Promise<CarrierStanding> {
    if (Date.now() - this.readAt >= SHARED_MS) {
      const open = await this.rows.open();
      this.shared = open
        ? { standing: open.standing, since: open.since.toISOString() }
        : { standing: "closed", since: null };
      this.readAt = Date.now();
    }
    return this.shared;
  }

  /** Ends the alert of a process that died with its circuit open; part of every reconciler round. */
  async settle(): Promise<void> {
    this.readAt = 0;
    if ((await this.read()).standing === "closed") await this.alerts.resolve("carrier_circuit_open");
  }

  /** Probes no more. */
  stop(): void {
    clearTimeout(this.probing);
    this.probing = undefined;
  }

  private changed(): void {
    this.note().catch((error: unknown) => this.log.error({ err: error }, "the carrier's state could not be written"));
    if (this.isOpen()) this.probeSoon();
    else for (const listener of this.onceWell) listener();
  }

  /** One after another, each as the circuit stands by then: of two changes at once the later one is what stays. */
  private note(): Promise<void> {
    const noting = Promise.allSettled([this.noted]).then(() => this.writeDown());
    this.noted = noting;
    return noting;
  }

  private async writeDown(): Promise<void> {
    this.readAt = 0;
    const { standing, lastError } = this.circuit;
    if (standing === "closed") {
      this.reported = false;
      await this.rows.clear(this.processId);
      await this.settle();
      return;
    }
    await this.rows.report(this.processId, standing, lastError);
    if (this.reported) return;
    this.reported = true;
    this.log.error({ error: lastError }, "the carrier does not answer: circuit open");
    await this.alerts.raise("carrier_circuit_open", "carrier", { lastError: lastError ?? null });
  }

  /** While the circuit is open it is offered a probe every second, since callers may be all that is left to happen. */
  private probeSoon(): void {
    if (this.probing) return;
    this.probing = setTimeout(() => {
      this.probing = undefined;
      if (!this.isOpen()) return;
      this.probe().catch(() => this.note().catch((error: unknown) => this.log.warn({ err: error }, "no probe noted")));
      this.probeSoon();
    }, PROBE_MS);
    this.probing.unref();
  }
}
