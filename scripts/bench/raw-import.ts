import { once } from "node:events";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

/** The same lines as leads by the database alone: COPY into a table of its own, one INSERT, one transaction. Milliseconds. */
export async function rawImport(client: pg.Client, lines: Iterable<string>): Promise<number> {
  const startedAt = performance.now();
  await client.query("BEGIN");
  await client.query(
    "CREATE TEMP TABLE came (name text, phone text, email text, source text, tags text) ON COMMIT DROP",
  );
  const into = client.query(copyFrom("COPY came FROM STDIN WITH (FORMAT csv)"));
  for (const part of lines) if (!into.write(part)) await once(into, "drain");
  into.end();
  await finished(into);
  await client.query(`
    INSERT INTO leads (id, name, phone, email, source, tags)
    SELECT gen_random_uuid(), name, phone, email, source, string_to_array(tags, ', ') FROM came`);
  await client.query("COMMIT");
  return performance.now() - startedAt;
}

/** A file's rows in parts of some kilobytes: `count` people who have nothing in common but their area code. */
export function* people(count: number, areaCode: number): Generator<string> {
  const PART = 500;
  for (let from = 0; from < count; from += PART) {
    const rows = Array.from({ length: Math.min(PART, count - from) }, (_, place) => {
      const n = from + place;
      const email = `person${n}@area${areaCode}-${n % 5_000}.example`;
      return `Person Number ${n},+49${areaCode}${2_000_000 + n},${email},fair,"berlin, spring"\n`;
    });
    yield rows.join("");
  }
}

/** The rows as a file with its header, made as it is read. */
export const peopleFile = (count: number, areaCode: number): Readable =>
  Readable.from(withHeader(people(count, areaCode)));

function* withHeader(rows: Iterable<string>): Generator<string> {
  yield "name,phone,email,source,tags\n";
  yield* rows;
}
