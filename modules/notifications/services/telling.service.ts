import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { type Draft, gathered, together } from "../domain/notification";
import { isOn } from "../domain/preferences";
import { TOLD_EVENTS, type OutChannel } from "../domain/told-events";
import type { DeliveryRepository, Outgoing } from "../repositories/delivery.repository";
import type { NotificationEventRepository } from "../repositories/notification-event.repository";
import type { NotificationRepository, PlacedDraft } from "../repositories/notification.repository";
import type { PersonPreferences, PreferenceRepository } from "../repositories/preference.repository";
import type { DraftMaker } from "./draft-maker";
import { notificationsMoved } from "./notification-moved";

/** Whether messages can leave the house on a channel at all. */
export interface Channels {
  email: boolean;
  sms: boolean;
}

/** Events told in one transaction. */
const BATCH = 200;
/** Batches a round. */
const MOST_BATCHES = 20;
const TELLING_TIMEOUT_MS = 30_000;

/**
 * Makes notifications of what changes have noted. An event is told in the transaction that marks it as told, by one
 * teller at a time: dying at any point tells it later and whole, never twice.
 */
export class Telling {
  constructor(
    private readonly db: Db,
    private readonly events: NotificationEventRepository,
    private readonly drafts: DraftMaker,
    private readonly notifications: NotificationRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly preferences: PreferenceRepository,
    private readonly channels: Channels,
  ) {}

  /** One bounded round; answers how many events were told. Safe anywhere, many at once. */
  async round(): Promise<number> {
    let told = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      if (!(await this.events.anyWaiting())) return told;
      const count = await inTransaction(this.db, (tx) => this.batch(tx), { timeoutMs: TELLING_TIMEOUT_MS });
      told += count;
      if (count < BATCH) return told;
    }
    return told;
  }

  private async batch(tx: Tx): Promise<number> {
    if (!(await this.events.takeTurn(tx))) return 0;
    const waiting = await this.events.waiting(tx, BATCH);
    if (waiting.length === 0) return 0;
    await this.tell(tx, gathered(await this.drafts.drafts(tx, waiting)));
    await this.events.told(
      tx,
      waiting.map(({ id }) => id),
    );
    return waiting.length;
  }

  private async tell(tx: Tx, drafts: readonly Draft[]): Promise<void> {
    const userIds = [...new Set(drafts.map(({ userId }) => userId))];
    const people = await this.preferences.of(userIds, tx);
    await this.deliveries.lockOpen(tx, userIds);
    const { fresh, grown } = await this.place(tx, wanted(drafts, people, this.channels));
    await this.notifications.insert(tx, fresh);
    await this.notifications.grow(tx, grown);
    const placed = [...fresh, ...grown];
    const outgoing = placed.flatMap((one) => outgoingOf(one, people.get(one.draft.userId), this.channels));
    await this.deliveries.put(
      tx,
      outgoing,
      outgoing.map(() => newId()),
    );
    const seen = new Set(placed.filter(({ inApp }) => inApp).map(({ draft }) => draft.userId));
    await publishLive(tx, [...seen].map(notificationsMoved));
  }

  /** Which drafts become part of what their people have not read yet, and which stand for themselves. */
  private async place(
    tx: Tx,
    drafts: readonly { draft: Draft; inApp: boolean }[],
  ): Promise<{ fresh: PlacedDraft[]; grown: PlacedDraft[] }> {
    const keyed = drafts.flatMap(({ draft: { userId, groupKey } }) =>
      groupKey === null ? [] : [{ userId, groupKey }],
    );
    const open = await this.notifications.open(tx, keyed);
    const byKey = new Map(open.map((one) => [`${one.userId} ${one.groupKey}`, one]));
    const fresh: PlacedDraft[] = [];
    const grown: PlacedDraft[] = [];
    for (const { draft, inApp } of drafts) {
      const earlier = byKey.get(`${draft.userId} ${draft.groupKey}`);
      if (!earlier) fresh.push({ id: newId(), draft, inApp });
      else {
        const { count, data } = together(earlier, draft);
        grown.push({ id: earlier.id, draft: { ...draft, count, data }, inApp });
      }
    }
    return { fresh, grown };
  }
}

/** Drafts whose people are there and want them on some channel. */
function wanted(
  drafts: readonly Draft[],
  people: ReadonlyMap<string, PersonPreferences>,
  channels: Channels,
): { draft: Draft; inApp: boolean }[] {
  return drafts.flatMap((draft) => {
    const person = people.get(draft.userId);
    if (!person || person.disabled) return [];
    const inApp = isOn(person, draft.event, "in_app");
    return inApp || outOf(person, draft.event, channels).length > 0 ? [{ draft, inApp }] : [];
  });
}

function outOf(person: PersonPreferences, event: Draft["event"], channels: Channels): OutChannel[] {
  const reachable: OutChannel[] = [];
  if (channels.email && isOn(person, event, "email")) reachable.push("email");
  if (channels.sms && person.phoneProven && isOn(person, event, "sms")) reachable.push("sms");
  return reachable;
}

function outgoingOf({ id, draft }: PlacedDraft, person: PersonPreferences | undefined, channels: Channels): Outgoing[] {
  if (!person) return [];
  const gatherMinutes = TOLD_EVENTS[draft.event].pace === "now" ? 0 : person.digestMinutes;
  return outOf(person, draft.event, channels).map((channel) => ({
    notificationId: id,
    userId: draft.userId,
    channel,
    gatherMinutes,
  }));
}
