import { sendSigned } from "./files/attach";
import { openHouse } from "./house";

/**
 * A process that takes one file of a lead in, as a web process does, for tests that leave it no room: its arguments are the
 * signed address and how many bytes are sent there. The environment names the database.
 */
const [url = "", bytes = "0"] = process.argv.slice(2);
openHouse(process.env.DATABASE_URL ?? "", { FILES_DIR: process.env.FILES_DIR ?? "" });
const answer = await sendSigned(url, { method: "PUT", body: new Uint8Array(Number(bytes)) });
const { code } = (await answer.json()) as { code?: string };
process.stdout.write(`${answer.status} ${code}`);
process.exit(0);
