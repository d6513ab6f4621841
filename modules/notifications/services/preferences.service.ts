import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { type Actor, actorOf, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { chosen, isOn, isTimeZone, phoneNeeded, type Choices } from "../domain/preferences";
import { channels, eventsFor, TOLD_EVENTS, type Channel, type ToldEvent } from "../domain/told-events";
import type { UnsubscribeTokens } from "../domain/unsubscribe-token";
import type { PersonPreferences, PreferenceRepository } from "../repositories/preference.repository";
import type { changePreferences, PreferencesView, UnsubscribeView } from "../schemas";
import type { Channels } from "./telling.service";

type Changes = z.output<NonNullable<(typeof changePreferences)["body"]>>;

/** How each person is told, by their own choice; nobody chooses for another. */
export class NotificationPreferencesService {
  constructor(
    private readonly db: Db,
    private readonly preferences: PreferenceRepository,
    private readonly there: Channels,
    private readonly tokens: UnsubscribeTokens,
  ) {}

  async read({ userId }: Principal): Promise<PreferencesView> {
    return this.view(await this.person(userId));
  }

  /**
   * Changes what is named and leaves the rest. Throws 409 version_conflict when `version` is not the present one; 422
   * unknown_time_zone, phone_needed for SMS without a number, phone_not_proven for SMS to one that is not proven. A new
   * number is not proven.
   */
  async change(principal: Principal, changes: Changes, requestId?: string): Promise<PreferencesView> {
    if (typeof changes.timeZone === "string" && !isTimeZone(changes.timeZone)) {
      throw unprocessable("unknown_time_zone", "There is no such time zone. Choose one such as Europe/Berlin.", {
        field: "timeZone",
      });
    }
    return inTransaction(
      this.db,
      async (tx) => {
        await this.preferences.lock(tx, principal.userId);
        const before = await this.person(principal.userId, tx);
        if (changes.version !== undefined && changes.version !== before.version) {
          throw conflict("version_conflict", "These settings were changed elsewhere meanwhile. Look at them again.", {
            current: before.version,
          });
        }
        const next = changed(before, changes);
        if (next.phone === undefined && usesSms(next)) throw phoneNeeded();
        if (!next.phoneProven && beginsSms(changes)) throw phoneNotProven();
        await this.write(tx, before, next, { ...actorOf(principal), requestId });
        return this.view(await this.person(principal.userId, tx));
      },
      { once: "preferences" },
    );
  }

  /** What a link would switch off, and whether it is on. Changes nothing. Throws 403 link_not_valid. */
  async describe(token: string): Promise<UnsubscribeView> {
    const { userId, channel, events } = this.tokens.read(token);
    const person = await this.preferences.one(userId);
    if (!person) throw notFound("This person");
    return {
      channel,
      events: events.map((event) => ({ event, label: TOLD_EVENTS[event].label, on: isOn(person, event, channel) })),
    };
  }

  /** Switches off what the link is of; again: the same. Throws 403 link_not_valid. */
  async unsubscribe(token: string, requestId: string): Promise<UnsubscribeView> {
    const { userId, channel, events } = this.tokens.read(token);
    await inTransaction(this.db, async (tx) => {
      await this.preferences.lock(tx, userId);
      const before = await this.person(userId, tx);
      const choices = events.reduce<Choices>((all, event) => chosen(all, event, channel, false), before.choices);
      const actor: Actor = { type: "user", id: userId, label: `${before.email} (by link)`, requestId };
      if (JSON.stringify(choices) !== JSON.stringify(before.choices)) {
        await this.write(tx, before, { ...before, choices }, actor);
      }
    });
    return this.describe(token);
  }

  private async person(userId: string, executor?: Tx): Promise<PersonPreferences> {
    const person = await this.preferences.one(userId, executor);
    if (!person) throw notFound("This person");
    return person;
  }

  private async write(tx: Tx, before: PersonPreferences, next: PersonPreferences, actor: Actor): Promise<void> {
    await this.preferences.write(tx, before.userId, next);
    await writeAudit(tx, actor, [
      {
        action: "notification_preferences.changed",
        entityType: "user",
        entityId: before.userId,
        before: forAudit(before),
        after: forAudit(next),
      },
    ]);
  }

  private view(person: PersonPreferences): PreferencesView {
    const { quiet, digestMinutes, version } = person;
    return {
      version,
      channels: {
        in_app: { available: true },
        email: { available: this.there.email, address: person.email },
        sms: { available: this.there.sms, phone: person.phone ?? null, proven: person.phoneProven },
      },
      events: eventsFor(person.role).map((event) => ({
        event,
        label: TOLD_EVENTS[event].label,
        explanation: TOLD_EVENTS[event].explanation,
        on: Object.fromEntries(channels.map((channel) => [channel, isOn(person, event, channel)])) as Record<
          Channel,
          boolean
        >,
      })),
      timeZone: person.timeZone,
      ownTimeZone: person.ownTimeZone,
      quiet: quiet ? { from: quiet.from, until: quiet.until } : null,
      digestMinutes,
    };
  }
}

function changed(before: PersonPreferences, changes: Changes): PersonPreferences {
  const wishes = Object.entries(changes.choices ?? {}) as [ToldEvent, Partial<Record<Channel, boolean>>][];
  const choices = wishes.reduce<Choices>(
    (all, [event, row]) =>
      (Object.entries(row) as [Channel, boolean][]).reduce(
        (made, [channel, on]) => chosen(made, event, channel, on),
        all,
      ),
    before.choices,
  );
  const phone = changes.phone === undefined ? before.phone : (changes.phone ?? undefined);
  return {
    ...before,
    choices,
    chosenTimeZone: changes.timeZone === undefined ? before.chosenTimeZone : (changes.timeZone ?? undefined),
    quiet: changes.quiet === undefined ? before.quiet : (changes.quiet ?? undefined),
    digestMinutes: changes.digestMinutes ?? before.digestMinutes,
    phone,
    phoneProven: before.phoneProven && phone === before.phone,
  };
}

const beginsSms = ({ choices }: Changes): boolean => Object.values(choices ?? {}).some((row) => row.sms === true);

const phoneNotProven = () =>
  unprocessable("phone_not_proven", "Confirm your telephone number before SMS is switched on: a code is sent there.", {
    field: "phone",
  });

const usesSms = (person: PersonPreferences): boolean =>
  eventsFor(person.role).some((event) => isOn(person, event, "sms"));

/** Telephone numbers are not written into the audit log. */
const forAudit = ({ choices, chosenTimeZone, quiet, digestMinutes, phone, phoneProven }: PersonPreferences) => ({
  choices: JSON.stringify(choices),
  time_zone: chosenTimeZone ?? null,
  quiet: quiet ? `${quiet.from}-${quiet.until}` : null,
  digest_minutes: digestMinutes,
  has_phone: phone !== undefined,
  phone_proven: phoneProven,
});
