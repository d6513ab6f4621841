import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { CarrierStanding } from "./carrier-health.service";

export interface Words {
  text: string;
  language: string;
}

export interface Announcements {
  next(callSid: string): Promise<Words | undefined>;
}

/** Callers in line, as far as telling them something goes. */
export interface CallersToTell {
  find(key: {
    callSid: string;
  }): Promise<{ id: string; language: string; lastAnnouncedSeconds: number | null } | undefined>;
  announced(tx: Tx, id: string): Promise<void>;
}

/** Seconds between two times that a caller is told. */
const EVERY_SECONDS = 45;

const TEXTS: Readonly<Record<string, string>> = {
  en: "We are having trouble reaching our agents' telephones. You keep your place in line, and we go on as soon as we can.",
  de: "Wir können die Telefone unserer Mitarbeiter gerade nicht erreichen. Ihr Platz in der Schlange bleibt Ihnen, und es geht weiter, sobald wir können.",
  es: "Tenemos problemas para llamar a los teléfonos de nuestros agentes. Usted conserva su lugar en la fila y seguiremos en cuanto podamos.",
  fr: "Nous avons du mal à joindre les téléphones de nos agents. Vous gardez votre place et nous reprendrons dès que possible.",
};

/** What callers in line hear: the truth while the carrier keeps us from ringing agents, else where they stand. */
export class TroubleWords implements Announcements {
  constructor(
    private readonly db: Db,
    private readonly health: { read(): Promise<CarrierStanding> },
    private readonly queued: CallersToTell,
    private readonly usual: Announcements,
  ) {}

  async next(callSid: string): Promise<Words | undefined> {
    if ((await this.health.read()).standing === "closed") return this.usual.next(callSid);
    const call = await this.queued.find({ callSid });
    if (!call || (call.lastAnnouncedSeconds !== null && call.lastAnnouncedSeconds < EVERY_SECONDS)) return undefined;
    await inTransaction(this.db, (tx) => this.queued.announced(tx, call.id));
    const text = TEXTS[call.language.slice(0, 2)];
    return text === undefined ? { text: TEXTS.en ?? "", language: "en-US" } : { text, language: call.language };
  }
}
