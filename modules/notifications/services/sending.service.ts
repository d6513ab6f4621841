import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { mailOf, smsOf, subjectOf, type Told } from "../domain/compose";
import {
  isGivenUp,
  type Mailer,
  MOST_HOURS,
  pauseSeconds,
  type SendOutcome,
  type Sms,
  type SmsSender,
} from "../domain/outgoing";
import { isOn, quietUntil } from "../domain/preferences";
import type { OutChannel } from "../domain/told-events";
import { CHANNEL_WORDS, type UnsubscribeTokens } from "../domain/unsubscribe-token";
import type {
  ClaimedDelivery,
  DeliveryItem,
  DeliverySendingRepository,
  DueDelivery,
} from "../repositories/delivery-sending.repository";
import type { PersonPreferences, PreferenceRepository } from "../repositories/preference.repository";
import type { NotificationUrls } from "./notification-urls";

interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Tests cut the work off here, as a process that dies would. */
export interface SendingHooks {
  handedOver?(deliveryId: string): void;
}

/** Messages taken at once, and sent beside each other. */
const AT_ONCE = 8;
/** Milliseconds that a channel rests in this process when nobody can be reached on it. */
const REST_MS = 10_000;

interface Ready {
  claimed: ClaimedDelivery;
  person: PersonPreferences;
  told: Told[];
}

/**
 * Sends what is due. A message is claimed in a transaction, handed over outside of any, and settled by its claim's
 * number: whoever dies in between is followed by another once the lease is over. An e-mail may then come twice, with the
 * same Message-ID; for an SMS the carrier is asked first.
 */
export class Sending {
  private readonly restUntil = new Map<OutChannel, number>();

  constructor(
    private readonly db: Db,
    private readonly deliveries: DeliverySendingRepository,
    private readonly preferences: PreferenceRepository,
    private readonly channels: { mailer: Mailer | undefined; sms: SmsSender | undefined },
    private readonly tokens: UnsubscribeTokens,
    private readonly urls: NotificationUrls,
    private readonly log: Log,
    private readonly hooks: SendingHooks = {},
  ) {}

  /** Sends until nothing is due, or `seconds` are over; answers how many messages were taken over. Never many at a time. */
  async work(sender: string, seconds: number): Promise<number> {
    const untilMs = performance.now() + seconds * 1_000;
    let sent = 0;
    while (performance.now() < untilMs) {
      const channels = this.open();
      if (channels.length === 0) return sent;
      const { looked, ready } = await inTransaction(this.db, (tx) => this.take(tx, channels, sender));
      const outcomes = await Promise.all(ready.map((one) => this.carry(one)));
      sent += outcomes.filter(Boolean).length;
      if (looked < AT_ONCE) return sent;
    }
    return sent;
  }

  /** Channels that there are, and on which somebody could be reached of late. */
  private open(): OutChannel[] {
    const { mailer, sms } = this.channels;
    const there: OutChannel[] = [...(mailer ? (["email"] as const) : []), ...(sms ? (["sms"] as const) : [])];
    return there.filter((channel) => (this.restUntil.get(channel) ?? 0) <= performance.now());
  }

  private async take(tx: Tx, channels: OutChannel[], sender: string): Promise<{ looked: number; ready: Ready[] }> {
    const due = await this.deliveries.lockDue(tx, channels, AT_ONCE);
    if (due.length === 0) return { looked: 0, ready: [] };
    const people = await this.preferences.of(
      due.map(({ userId }) => userId),
      tx,
    );
    const quiet = due.flatMap((one) => {
      const person = people.get(one.userId);
      const until = person && !person.disabled ? quietUntil(one.now, person) : undefined;
      return until ? [{ id: one.id, until }] : [];
    });
    await this.deliveries.putOff(tx, quiet);
    const putOff = new Set(quiet.map(({ id }) => id));
    const awake = due.filter(({ id }) => !putOff.has(id));
    const wanted = await this.sift(tx, awake, people);
    const claimed = await this.deliveries.claim(tx, [...wanted.keys()], sender);
    const ready = claimed.flatMap((one) => {
      const [person, told] = [people.get(one.userId), wanted.get(one.id)];
      return person && told ? [{ claimed: one, person, told }] : [];
    });
    for (const { claimed: one, person, told } of ready) {
      await this.deliveries.address(tx, one.id, addressOf(one, person) ?? "", subjectOf(told));
    }
    return { looked: due.length, ready };
  }

  /** What each message tells; those that are left with nothing, or have nowhere to go, are ended. */
  private async sift(
    tx: Tx,
    due: readonly DueDelivery[],
    people: ReadonlyMap<string, PersonPreferences>,
  ): Promise<Map<string, Told[]>> {
    const items = await this.deliveries.items(
      tx,
      due.map(({ id }) => id),
    );
    const wanted = new Map<string, Told[]>();
    const skipped: { id: string; code: string; why: string }[] = [];
    const dropped: DeliveryItem[] = [];
    for (const one of due) {
      const person = people.get(one.userId);
      const all = items.filter(({ deliveryId }) => deliveryId === one.id);
      const chosen = all.filter(({ event }) => person && isOn(person, event, one.channel));
      // What was tried once goes out as it was: somebody may have it already.
      const kept = one.attempts > 0 ? (chosen.length > 0 ? all : []) : chosen.filter(({ read }) => !read);
      if (!person || person.disabled || addressOf(one, person) === undefined) {
        skipped.push({ id: one.id, code: "no_address", why: "There is nowhere to send it any more." });
      } else if (kept.length > 0) {
        wanted.set(one.id, kept);
        dropped.push(...all.filter((item) => !kept.includes(item)));
      } else if (chosen.length > 0) {
        skipped.push({ id: one.id, code: "read_before", why: "It was read in the app before it was due." });
      } else {
        const words = CHANNEL_WORDS[one.channel];
        skipped.push({ id: one.id, code: "switched_off", why: `The person is not told of it ${words} any more.` });
      }
    }
    await this.deliveries.dropItems(tx, dropped);
    await this.deliveries.endUnsent(tx, skipped);
    return wanted;
  }

  /** Hands one message over and writes down what came of it; answers whether it was taken over. */
  private async carry({ claimed, person, told }: Ready): Promise<boolean> {
    const outcome = await this.handOver({ claimed, person, told });
    this.hooks.handedOver?.(claimed.id);
    if (outcome.kind === "accepted") {
      // A word of the carrier's about it may have come before ours: then there is nothing left to write.
      await this.deliveries.accepted(claimed, outcome.providerId, outcome.providerStatus);
      return true;
    }
    const { code, why } = outcome;
    const about = { deliveryId: claimed.id, channel: claimed.channel, attempts: claimed.attempts, code };
    if (outcome.kind === "refused") {
      this.log.warn(about, "a message was refused for good");
      await this.deliveries.refused(claimed, code, why);
      return false;
    }
    if (outcome.unreachable)
      this.restUntil.set(claimed.channel, performance.now() + REST_MS * (0.75 + Math.random() / 2));
    if (isGivenUp(claimed.attempts, claimed.secondsTried, outcome.unreachable)) {
      this.log.error(about, "a message was given up");
      const tried = `Given up after ${claimed.attempts} tries in ${MOST_HOURS} hours at most. Last: ${why}`;
      await this.deliveries.refused(claimed, code, tried);
      return false;
    }
    const seconds = pauseSeconds(claimed.attempts, outcome.unreachable);
    const uncertain = outcome.uncertain || claimed.mayHaveGone;
    await this.deliveries.again(claimed, { code, why, uncertain, seconds });
    return false;
  }

  private async handOver({ claimed, person, told }: Ready): Promise<SendOutcome> {
    const { mailer, sms } = this.channels;
    try {
      if (claimed.channel === "email" && mailer) return await mailer.send(this.mail(claimed, person, told));
      if (claimed.channel === "sms" && sms) return await this.text(sms, claimed, person, told);
      throw new Error(`there is no channel ${claimed.channel}`);
    } catch (error) {
      this.log.error({ err: error, deliveryId: claimed.id }, "a message could not be made or handed over");
      return {
        kind: "later",
        code: "internal",
        why: "A fault of our own; it stands in the log.",
        unreachable: false,
        uncertain: true,
      };
    }
  }

  private mail({ id }: ClaimedDelivery, person: PersonPreferences, told: readonly Told[]) {
    const { userId } = person;
    const events = [...new Set(told.map(({ event }) => event))];
    const tokenOf = (of: typeof events): string => this.tokens.sign({ userId, channel: "email", events: of });
    return mailOf(person, told, this.urls.messageId(id), {
      baseUrl: this.urls.base,
      unsubscribeUrl: this.urls.unsubscribe(tokenOf(events)),
      pageFor: (event) => this.urls.unsubscribePage(tokenOf([event])),
    });
  }

  /** Sends an SMS, unless the carrier has taken it over at an earlier try whose answer was lost. */
  private async text(
    sender: SmsSender,
    claimed: ClaimedDelivery,
    person: PersonPreferences,
    told: readonly Told[],
  ): Promise<SendOutcome> {
    const sms: Sms = {
      to: person.phone ?? "",
      body: smsOf(told, this.urls.base),
      statusUrl: this.urls.smsStatus(claimed.id),
    };
    if (claimed.mayHaveGone) {
      const found = await sender.find(sms, claimed.firstTriedAt);
      const others = await this.deliveries.taken(
        found.map(({ providerId }) => providerId),
        claimed.id,
      );
      const own = found.find(({ providerId }) => !others.has(providerId));
      if (own) return { kind: "accepted", ...own };
    }
    return sender.send(sms);
  }
}

function addressOf({ channel }: { channel: OutChannel }, person: PersonPreferences): string | undefined {
  if (channel === "email") return person.email;
  return person.phoneProven ? person.phone : undefined;
}
