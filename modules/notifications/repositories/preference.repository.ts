import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { Choices, Preferences } from "../domain/preferences";
import type { Role } from "@/lib/principal";

/** A person's preferences, with the person. */
export interface PersonPreferences extends Preferences {
  userId: string;
  name: string;
  email: string;
  role: Role;
  disabled: boolean;
  /** The person's own, where they chose no other. */
  ownTimeZone: string;
  chosenTimeZone: string | undefined;
  /** 0 while nothing was chosen. */
  version: number;
}

interface Row {
  userId: string;
  name: string;
  email: string;
  role: Role;
  disabled: boolean;
  ownTimeZone: string;
  choices: Choices | null;
  timeZone: string | null;
  quietFrom: string | null;
  quietUntil: string | null;
  digestMinutes: number | null;
  phone: string | null;
  phoneProven: boolean | null;
  version: number | null;
}

const DIGEST_MINUTES = 15;

/** How people want to be told. */
export class PreferenceRepository {
  constructor(private readonly db: Db) {}

  async of(userIds: readonly string[], executor: Db | Tx = this.db): Promise<Map<string, PersonPreferences>> {
    const rows = await executor.$queryRaw<Row[]>`
      SELECT u.id::text AS "userId", u.name, u.email, u.role::text AS "role", u.disabled_at IS NOT NULL AS "disabled",
        u.time_zone AS "ownTimeZone", p.choices, p.time_zone AS "timeZone", p.quiet_from AS "quietFrom",
        p.quiet_until AS "quietUntil", p.digest_minutes AS "digestMinutes", p.phone, p.phone_proven AS "phoneProven",
        p.version
      FROM users u LEFT JOIN notification_preferences p ON p.user_id = u.id
      WHERE u.id = ANY (${userIds as string[]}::uuid[])`;
    return new Map(rows.map((row) => [row.userId, person(row)]));
  }

  async one(userId: string, executor: Db | Tx = this.db): Promise<PersonPreferences | undefined> {
    return (await this.of([userId], executor)).get(userId);
  }

  /** Makes sure that there is a row, and holds it until the transaction ends. */
  async lock(tx: Tx, userId: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO notification_preferences (user_id, version, updated_at) VALUES (${userId}::uuid, 0, evenhand_now())
      ON CONFLICT DO NOTHING`;
    await tx.$queryRaw`SELECT 1 FROM notification_preferences WHERE user_id = ${userId}::uuid FOR UPDATE`;
  }

  /** Writes a locked row. */
  async write(
    tx: Tx,
    userId: string,
    next: Pick<PersonPreferences, "choices" | "chosenTimeZone" | "quiet" | "digestMinutes" | "phone" | "phoneProven">,
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE notification_preferences SET choices = ${JSON.stringify(next.choices)}::jsonb,
        time_zone = ${next.chosenTimeZone ?? null}, quiet_from = ${next.quiet?.from ?? null},
        quiet_until = ${next.quiet?.until ?? null}, digest_minutes = ${next.digestMinutes}::int,
        phone = ${next.phone ?? null}, phone_proven = ${next.phoneProven}, version = version + 1, updated_at = evenhand_now()
      WHERE user_id = ${userId}::uuid`;
  }
}

function person({ timeZone, quietFrom, quietUntil, digestMinutes, phone, ...row }: Row): PersonPreferences {
  return {
    ...row,
    choices: row.choices ?? {},
    timeZone: timeZone ?? row.ownTimeZone,
    chosenTimeZone: timeZone ?? undefined,
    quiet: quietFrom !== null && quietUntil !== null ? { from: quietFrom, until: quietUntil } : undefined,
    digestMinutes: digestMinutes ?? DIGEST_MINUTES,
    phone: phone ?? undefined,
    phoneProven: row.phoneProven ?? false,
    version: row.version ?? 0,
  };
}
