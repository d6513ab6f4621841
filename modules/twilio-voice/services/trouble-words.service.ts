import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Words } from "../domain/words";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { CarrierStanding } from "./carrier-health.service";

export interface Announcements {
  next(callSid: string): Promise<Words[] | undefined>;
}

export interface CallersToTell {
  find(key: { callSid: string }): Promise<{ id: string; lastAnnouncedSeconds: number | null } | undefined>;
}

export interface CallersTold {
  announced(tx: Tx, id: string): Promise<void>;
}

/** Seconds between two times that a caller is told. */
const EVERY_SECONDS = 45;

/** What callers in line hear: the truth while the carrier keeps us from ringing agents, else where they stand. */
export class TroubleWords implements Announcements {
  constructor(
    private readonly db: Db,
    private readonly health: { read(): Promise<CarrierStanding> },
    private readonly queued: CallersToTell,
    private readonly told: CallersTold,
    private readonly usual: Announcements,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  async next(callSid: string): Promise<Words[] | undefined> {
    if ((await this.health.read()).standing === "closed") return this.usual.next(callSid);
    const call = await this.queued.find({ callSid });
    if (!call || (call.lastAnnouncedSeconds !== null && call.lastAnnouncedSeconds < EVERY_SECONDS)) return undefined;
    await inTransaction(this.db, (tx) => this.told.announced(tx, call.id));
    return [(await this.wordings.of(callSid)).say("carrier_trouble")];
  }
}
