import { withConnection } from "./postgres/database";

/** Fills a database that has no users yet with the demo accounts and leads; answers whether it did. */
export async function seedIfEmpty(databaseUrl: string, password: string): Promise<boolean> {
  const empty = await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ empty: boolean }>("SELECT NOT EXISTS (SELECT FROM users) AS empty");
    return rows[0]?.empty === true;
  });
  if (!empty) return false;
  const { seedDemo } = await import("../prisma/seed");
  await seedDemo(databaseUrl, password);
  return true;
}
