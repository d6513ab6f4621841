import { client } from "./http";
import { openHouse } from "./house";

/**
 * A process that makes one request as a web process does, for tests that kill it: its arguments are a person's id, a path
 * and a body. The environment names the database; with ONE_REQUEST_STAYS it stays behind its answer, to be killed there.
 */
const [userId = "", path = "", body = "{}"] = process.argv.slice(2);
openHouse(process.env.DATABASE_URL ?? "", { FILES_DIR: process.env.FILES_DIR ?? "" });
const answer = await client({ userId }).post(path, JSON.parse(body));
process.stdout.write(`${answer.status}\n`);
if (process.env.ONE_REQUEST_STAYS === "1") await new Promise((resolve) => setTimeout(resolve, 300_000));
process.exit(0);
