import type { Tx } from "@/lib/db/transaction";
import { HOUSE_WORDING, Wording } from "../domain/announcements/wording";
import type { AnnouncementTextRepository } from "../repositories/announcement-text.repository";

/** Calls whose words are kept in mind. */
const MOST_REMEMBERED = 5_000;

/** The words that each caller is spoken to in. */
export class CallerWordings {
  private readonly remembered = new Map<string, Wording>();

  constructor(private readonly texts: Pick<AnnouncementTextRepository, "ofCall">) {}

  /** For the caller of this call as things stand: by queue, number and menu; the house's English for an unknown one. */
  async of(callSid: string, tx?: Tx): Promise<Wording> {
    const known = await this.texts.ofCall(callSid, tx);
    if (known === undefined) return HOUSE_WORDING;
    const wording = new Wording(known.language, known.own, known.house);
    this.remembered.delete(callSid);
    this.remembered.set(callSid, wording);
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MOST_REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return wording;
  }

  /** As this process last spoke to that caller: for when nothing can be looked up. */
  lastOf(callSid: string | undefined): Wording {
    return (callSid === undefined ? undefined : this.remembered.get(callSid)) ?? HOUSE_WORDING;
  }
}
