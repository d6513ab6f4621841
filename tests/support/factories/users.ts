import { hash } from "@node-rs/argon2";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import type { Role } from "@/lib/principal";

export interface TestUser {
  userId: string;
  email: string;
  name: string;
  role: Role;
}

/** What every user of the factories signs in with. */
export const TEST_PASSWORD = "a password for the tests";

// Weak on purpose: the cost is not what tests are about.
let passwordHash: Promise<string> | undefined;
const hashedPassword = () => (passwordHash ??= hash(TEST_PASSWORD, { memoryCost: 1_024, timeCost: 1 }));

export interface UserInput {
  role?: Role;
  name?: string;
  email?: string;
  timeZone?: string;
}

/** A person who can sign in; a manager unless said otherwise. An agent is made with createAgent. */
export async function createUser(db: Db, input: UserInput = {}): Promise<TestUser> {
  const { role = "manager", timeZone = "UTC" } = input;
  const userId = newId();
  const email = input.email ?? `${role}-${userId.slice(-12)}@evenhand.test`;
  const name = input.name ?? `Test ${role} ${userId.slice(-4)}`;
  await db.user.create({
    data: {
      id: userId,
      email,
      name,
      role,
      timeZone,
      passwordHash: await hashedPassword(),
    },
  });
  return { userId, email, name, role };
}

export const createManager = (db: Db, input: Omit<UserInput, "role"> = {}) =>
  createUser(db, { ...input, role: "manager" });
export const createAdmin = (db: Db, input: Omit<UserInput, "role"> = {}) => createUser(db, { ...input, role: "admin" });
