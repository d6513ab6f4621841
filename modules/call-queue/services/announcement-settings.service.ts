import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { AnnouncementView, listAnnouncements } from "../announcements.schemas";
import { ANNOUNCEMENT_KEYS, ANNOUNCEMENTS, type AnnouncementKey } from "../domain/announcements/announcement-keys";
import { languageOf, problemInWords, SHIPPED_TEXTS, textProblem } from "../domain/announcements/wording";
import { en } from "../domain/announcements/texts-en";
import type { AnnouncementTextRepository } from "../repositories/announcement-text.repository";

type Listing = z.input<(typeof listAnnouncements)["response"]>;

/** One text: of the house, or of one queue. */
export interface TextPlace {
  language: string;
  key: string;
  queueId: string | undefined;
}

const LANGUAGE = /^[a-z]{2,3}$/;

/** What callers hear, as managers put it in words. */
export class AnnouncementSettingsService {
  constructor(
    private readonly db: Db,
    private readonly texts: AnnouncementTextRepository,
  ) {}

  /** All announcements in one language (managers). Throws 404 for an unknown queue. */
  async list(
    principal: Principal,
    { queueId, language: asked }: { queueId: string | undefined; language: string | undefined },
  ): Promise<Listing> {
    requireStaff(principal);
    const queue = queueId === undefined ? undefined : await this.findQueue(queueId);
    const language = asked ?? languageOf(queue?.language ?? "en");
    const written = await this.texts.written(queue?.id, language);
    const spoken = await this.texts.languages();
    return {
      language,
      languages: [...new Set([...Object.keys(SHIPPED_TEXTS), ...spoken, language])],
      queue: queue ? { queueId: queue.id, name: queue.name, language: queue.language } : null,
      announcements: ANNOUNCEMENT_KEYS.map((key) => view(key, language, written)),
    };
  }

  /**
   * Puts one announcement in other words, or with null in those of the default again (managers). Repeating it writes
   * nothing. Throws 404 for an unknown queue, announcement or language, 422 unknown_placeholder, missing_placeholder,
   * stray_brace.
   */
  async put(principal: Principal, place: TextPlace, text: string | null, requestId: string): Promise<AnnouncementView> {
    requireStaff(principal);
    const key = ANNOUNCEMENT_KEYS.find((known) => known === place.key);
    if (key === undefined || !LANGUAGE.test(place.language)) throw notFound("This announcement");
    if (text !== null) refuseUnfit(key, text);
    return inTransaction(
      this.db,
      async (tx) => {
        const { language } = place;
        const queueId = place.queueId === undefined ? undefined : (await this.findQueue(place.queueId, tx)).id;
        await this.texts.lock(tx);
        const { house, own } = await this.texts.written(queueId, language, tx);
        const before = (queueId === undefined ? house : own).get(key) ?? null;
        if (before !== text) {
          await this.texts.put(tx, { queueId, language, key }, text);
          const entityId = ["announcement", queueId ?? "house", language, key].join(":");
          const change = { entityType: "setting" as const, entityId, before: { text: before }, after: { text } };
          const actor = { ...actorOf(principal), requestId };
          await writeAudit(tx, actor, [{ action: "setting.announcement_changed", ...change }]);
          await publishLive(tx, [{ topic: "queue", audience: "staff", data: { queueId: queueId ?? null } }]);
        }
        return view(key, language, await this.texts.written(queueId, language, tx));
      },
      { once: "announcement" },
    );
  }

  private async findQueue(queueId: string, tx?: Tx) {
    const queue = isId(queueId) ? await this.texts.queue(tx ?? this.db, queueId) : undefined;
    if (!queue) throw notFound("This queue");
    return queue;
  }
}

/** Throws 422. */
function refuseUnfit(key: AnnouncementKey, text: string): void {
  const problem = textProblem(key, text);
  if (!problem) return;
  const [words, details] = [problemInWords(key, problem), { placeholders: ANNOUNCEMENTS[key].placeholders }];
  switch (problem.code) {
    case "unknown_placeholder":
      throw unprocessable("unknown_placeholder", words, details);
    case "missing_placeholder":
      throw unprocessable("missing_placeholder", words, details);
    case "stray_brace":
      throw unprocessable("stray_brace", words, details);
  }
}

function view(
  key: AnnouncementKey,
  language: string,
  { house, own }: { house: Map<string, string>; own: Map<string, string> },
): AnnouncementView {
  const { group, placeholders } = ANNOUNCEMENTS[key];
  const texts = {
    shipped: SHIPPED_TEXTS[language]?.[key] ?? null,
    house: house.get(key) ?? null,
    own: own.get(key) ?? null,
  };
  const text = texts.own ?? texts.house ?? texts.shipped ?? en[key];
  return { key, group, placeholders: [...placeholders], ...texts, text };
}
