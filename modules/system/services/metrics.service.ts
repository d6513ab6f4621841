import { Counter, Gauge, Registry } from "prom-client";
import type { FloorFigures } from "../repositories/system.repository";

export interface MetricsPorts {
  floor(): Promise<FloorFigures>;
  /** Everybody's readiness now. */
  presence(): Promise<{ signedIn: number; ready: number }>;
  /** Rounds of discovery of this process that fell back to the legacy one. */
  discoveryFallbacks(): number;
  /** Open event streams of this process. */
  listeners(): number;
}

/**
 * Figures of the floor as Prometheus text. Everything is read from the database at the scrape: any process answers for
 * the whole house, except evenhand_event_listeners and evenhand_discovery_fallbacks, which are its own.
 */
export class MetricsService {
  constructor(private readonly ports: MetricsPorts) {}

  /** The text, and its content type. */
  async scrape(): Promise<{ text: string; contentType: string }> {
    const [floor, presence] = await Promise.all([this.ports.floor(), this.ports.presence()]);
    const registry = new Registry();
    const gauge = (name: string, help: string, value: number): void => {
      new Gauge({ name: `evenhand_${name}`, help, registers: [registry] }).set(value);
    };
    gauge("calls_waiting", "Callers waiting in queues", floor.callsWaiting);
    gauge("longest_wait_seconds", "Longest present wait", floor.longestWaitSeconds);
    gauge("calls_live", "Calls that have not reached a terminal state", floor.callsLive);
    gauge("offers_open", "Calls reserved for an agent and not answered yet", floor.openOffers);
    gauge("agents_signed_in", "Agents with an open session", presence.signedIn);
    gauge("agents_ready", "Agents to whom a call could be offered now", presence.ready);
    gauge("carrier_commands_open", "Carrier commands pending or running", floor.openCommands);
    gauge("carrier_commands_overdue", "Carrier commands due for more than 30 s", floor.overdueCommands);
    const healed = new Counter({
      name: "evenhand_rows_healed_total",
      help: "Stuck rows healed because a message of the carrier never came; the ideal is 0",
      labelNames: ["kind"],
      registers: [registry],
    });
    for (const [kind, count] of Object.entries(floor.healed)) healed.inc({ kind }, count);
    gauge(
      "carrier_circuits_open",
      "Processes that leave the carrier alone because it does not answer",
      floor.openCircuits,
    );
    gauge("alerts_open", "Alerts that are not over", floor.openAlerts);
    gauge("audit_unsealed", "Audit rows not in the hash chain yet", floor.unsealedAudits);
    gauge(
      "discovery_fallbacks",
      "Rounds of discovery that fell back, in this process",
      this.ports.discoveryFallbacks(),
    );
    gauge("event_listeners", "Open event streams of this process", this.ports.listeners());
    return { text: await registry.metrics(), contentType: registry.contentType };
  }
}
