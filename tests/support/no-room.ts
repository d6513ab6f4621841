import { withConnection } from "../../scripts/postgres/database";

/**
 * A disk without room under these tables: whatever is written into them fails by the kernel's own "No space left on
 * device", which PostgreSQL reports as it does (53100, disk_full). `when` names the rows, by NEW; all unless given.
 * Answers what gives the room back.
 */
export async function noRoom(url: string, tables: readonly string[], when = "TRUE"): Promise<() => Promise<void>> {
  await withConnection(url, async (connection) => {
    await connection.query(`
      CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN COPY (SELECT repeat('x', 100000)) TO '/dev/full'; RETURN NEW; END $$`);
    for (const table of tables) {
      await connection.query(
        `CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION no_room()`,
      );
    }
  });
  return () =>
    withConnection(url, async (connection) => void (await connection.query("DROP FUNCTION no_room CASCADE")));
}
