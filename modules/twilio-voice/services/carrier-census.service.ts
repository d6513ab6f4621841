import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { systemActor } from "@/lib/principal";
import type { Healing } from "@/modules/alerts/services/healing.service";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { CarrierCensus } from "../domain/carrier-census";
import { CarrierError, type CarrierPort } from "../domain/carrier";
import type { VoiceUrls } from "../domain/voice-urls";
import type { RunnerLog } from "./carrier-command-runner.service";

/** A caller as our rows have them. */
export interface KnownCaller {
  callSid: string;
  entryId: string;
  state: string;
  agentCallSid: string | null;
}

/** What our rows say of legs and slots. */
export interface CensusRows {
  queueKeys(): Promise<Set<string>>;
  callers(callSids: readonly string[]): Promise<KnownCaller[]>;
  legsWithoutOffer(legs: readonly { callSid: string; offerId: string | undefined }[]): Promise<Set<string>>;
  idleSlots(limit: number): Promise<string[]>;
  freeSlots(tx: Tx, entryId: string): Promise<number>;
}

export interface CensusPorts {
  carrier: CarrierPort;
  census: CarrierCensus;
  rows: CensusRows;
  queued: { lock(tx: Tx, key: { id: string }): Promise<unknown> };
  lost: Pick<LostAgents, "agentLost">;
  urls: VoiceUrls;
  healing: Healing;
  log: RunnerLog;
}

/** Legs of each kind looked at in one round, and orders given in it. */
const MOST_LEGS = 500;
const MOST_ORDERS = 20;
const MOST_SLOTS = 50;
const actor = systemActor("reconciler");

/**
 * The other way round: begins with what is up at the carrier and finds what has no row that fits. A leg is healed only
 * when two rounds in a row have found it so, since between an order and its row there is always a moment.
 */
export class CarrierCensusService {
  private suspects = new Set<string>();

  constructor(
    private readonly db: Db,
    private readonly ports: CensusPorts,
  ) {}

  /** One round; answers how many were healed. */
  async round(): Promise<number> {
    const slots = await this.freeSlots();
    try {
      return slots + (await this.compare());
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.ports.log.warn({ err: error }, "the carrier could not be asked what is up");
      return slots;
    }
  }

  private async compare(): Promise<number> {
    const found = [...(await this.strayCallers()), ...(await this.strayRings())];
    const before = this.suspects;
    this.suspects = new Set(found.map((one) => one.key));
    let healed = 0;
    for (const { key, heal } of found.filter((one) => before.has(one.key)).slice(0, MOST_ORDERS)) {
      await heal();
      this.suspects.delete(key);
      healed += 1;
    }
    return healed;
  }

  /** Callers in the carrier's queue who have no place in ours. */
  private async strayCallers(): Promise<{ key: string; heal: () => Promise<void> }[]> {
    const { rows, census } = this.ports;
    const members = await census.queueMembers(await rows.queueKeys(), MOST_LEGS);
    if (members.length === 0) return [];
    const known = new Map((await rows.callers(members.map((one) => one.callSid))).map((one) => [one.callSid, one]));
    return members.flatMap(({ callSid }) => {
      const caller = known.get(callSid);
      if (caller && IN_LINE.has(caller.state)) return [];
      return [{ key: `${callSid} ${caller?.state ?? "unknown"}`, heal: () => this.bringIntoLine(callSid, caller) }];
    });
  }

  private async bringIntoLine(callSid: string, caller: KnownCaller | undefined): Promise<void> {
    const { carrier, lost, urls, healing } = this.ports;
    if (caller?.state === "in_conversation" && caller.agentCallSid !== null) {
      await lost.agentLost(caller.entryId, caller.agentCallSid, actor);
      await healing.note("still_in_line", { callSid });
      return;
    }
    // Unknown: they are announced like any call. Known, and over in our books: their leg asks, and is let go.
    await orGone(carrier.redirectCall(callSid, caller ? urls.callerRequeue() : urls.voice()));
    await healing.note("line_without_row", { callSid });
  }

  /** Softphones that ring, or are connected, for an offer that is over. */
  private async strayRings(): Promise<{ key: string; heal: () => Promise<void> }[]> {
    const { rows, census, carrier, healing } = this.ports;
    const legs = await census.softphoneLegs(MOST_LEGS);
    if (legs.length === 0) return [];
    const stray = await rows.legsWithoutOffer(legs);
    return [...stray].map((callSid) => ({
      key: `${callSid} ring`,
      heal: async () => {
        await orGone(carrier.endCall(callSid));
        await healing.note("ring_without_offer", { callSid });
      },
    }));
  }

  private async freeSlots(): Promise<number> {
    const { rows, queued, healing } = this.ports;
    let freed = 0;
    for (const entryId of await rows.idleSlots(MOST_SLOTS)) {
      const done = await inTransaction(this.db, async (tx) => {
        await queued.lock(tx, { id: entryId });
        return rows.freeSlots(tx, entryId);
      });
      if (done === 0) continue;
      await healing.note("slot_held", { entryId });
      freed += 1;
    }
    return freed;
  }
}

/** States in which a caller belongs into the carrier's queue: until the move to the agent is made. */
const IN_LINE: ReadonlySet<string> = new Set(["waiting", "offered", "connecting"]);

async function orGone(order: Promise<void>): Promise<void> {
  try {
    await order;
  } catch (error) {
    if (!(error instanceof CarrierError) || error.failure !== "gone") throw error;
  }
}
