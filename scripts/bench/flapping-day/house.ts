import { env } from "@/lib/config/env";
import { createDb, type Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { AgentHeartbeatService } from "@/modules/agents/services/agent-heartbeat.service";
import type { Container } from "@/modules/container";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import type { WebhookRequest } from "@/modules/twilio-voice/domain/webhook-request";
import { PaperCarrier } from "@/tests/support/calls/paper-carrier";
import { setClock } from "@/tests/support/clock";
import { openHouse } from "@/tests/support/house";

/** The product's own services over a real database, with a carrier on paper and the database's clock in our hands. */
export class DayHouse {
  readonly carrier = new PaperCarrier();
  readonly db: Db;
  readonly container: Container;
  readonly calls: CallSide;
  readonly heartbeats: AgentHeartbeatService;
  private readonly begun = performance.now();
  private ahead = 0;

  constructor(databaseUrl: string) {
    this.db = createDb(databaseUrl, 8);
    this.container = openHouse(databaseUrl, {}, this.db).container;
    const { presenceChanges, flags, agentSessions, presence } = this.container;
    this.calls = createCallSide(env(), this.db, presenceChanges, flags, this.carrier);
    const ready = { onAgentReady: (): void => this.calls.dispatcher.wake() };
    const rhythm = () => ({ intervalSeconds: 30, leaseBeats: 3 });
    this.heartbeats = new AgentHeartbeatService(this.db, agentSessions, presence, rhythm, ready);
  }

  /** The database's clock shows this second of the day; never earlier than it did. */
  async at(seconds: number): Promise<void> {
    this.ahead = Math.max(this.ahead, seconds - (performance.now() - this.begun) / 1_000);
    await setClock(this.db, this.ahead);
  }

  /** Lets everything end that an event has set going: orders to the carrier, and the rounds it has woken. */
  async settle(): Promise<void> {
    await this.calls.carrierCommands.drain();
    await this.calls.dispatcher.run();
    await this.calls.carrierCommands.drain();
  }

  async close(): Promise<void> {
    await this.calls.dispatcher.stop();
    await this.calls.carrierCommands.stop();
    await this.db.$disconnect();
  }
}

/** A webhook as the wrapper hands it on, its signature checked. */
export const webhookRequest = (params: Record<string, string>, query: Record<string, string> = {}): WebhookRequest => ({
  params,
  query: new URLSearchParams(query),
  url: "http://127.0.0.1/",
  requestId: newId(),
});
