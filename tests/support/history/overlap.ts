import type pg from "pg";

/**
 * Makes writes to leads take a moment now and then, without computing: what several processes do at once then meets in
 * the middle of statements and transactions, however quick or slow the machine is. Of a crowd's leads few are slow.
 */
export async function slowWrites(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE FUNCTION slow_write() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF random() < (CASE WHEN NEW.name LIKE '%one of many' THEN 0.002 ELSE 0.5 END) THEN
        PERFORM pg_sleep(random() * 0.008);
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER slow_write BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION slow_write();`);
}
