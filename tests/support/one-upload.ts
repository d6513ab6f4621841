import { importsOf, webStream } from "./imports";
import { openHouse } from "./house";

/**
 * A process that takes one file of leads in, as a web process does, for tests that kill it or leave it no room: its
 * arguments are a person's id, the rows, and whether the file stops coming ("stalls") or ends. The environment names the
 * database.
 */
const [userId = "", rows = "0", end = "ends"] = process.argv.slice(2);

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("name,phone\n");
  for (let n = 0; n < Number(rows); n += 1) yield Buffer.from(`Person Number ${n},+1555600${1_000 + n}\n`);
  if (end === "stalls") await new Promise((resolve) => setTimeout(resolve, 600_000));
}

openHouse(process.env.DATABASE_URL ?? "", { FILES_DIR: process.env.FILES_DIR ?? "" });
const { status, body } = await importsOf({ userId }).send(webStream(file()));
process.stdout.write(`${status} ${body.code}`);
process.exit(0);
