import { client } from "../http";
import { openHouse } from "../house";
import { type Answer, type Ask, isOrder, type Report } from "./messages";
import { StatementFaults } from "./statement-faults";

/**
 * A web process of the product, without its sockets: it builds the whole house over the database it is given and sends
 * what it is asked to through the exported route handlers, as many at once as are asked. It is made to be killed.
 */
const faults = new StatementFaults();
faults.install();

/** Milliseconds by which this process is older than it is. */
let aged = 0;
const now = performance.now.bind(performance);
performance.now = () => now() + aged;

const say = (report: Report): void => {
  process.send?.(report);
};

async function perform({ method, path, body, token, idempotencyKey }: Ask): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  const options = { headers, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  const http = client();
  const answer = await {
    GET: () => http.get(path, options),
    DELETE: () => http.delete(path, options),
    POST: () => http.post(path, body, options),
    PUT: () => http.put(path, body, options),
    PATCH: () => http.patch(path, body, options),
  }[method]();
  return { status: answer.status, body: answer.body, planId: answer.headers.get("bulk-plan-id") };
}

function onOrder(message: unknown): void {
  if (!isOrder(message)) return;
  if (message.order === "arm") {
    say({ report: "armed", statements: faults.arm(message.fault) });
    return;
  }
  if (message.order === "age") {
    aged += message.seconds * 1_000;
    return;
  }
  const { id, ask } = message;
  perform(ask).then(
    (answer) => say({ report: "answer", id, answer }),
    (error: unknown) => say({ report: "failure", id, error: error instanceof Error ? (error.stack ?? "") : "unknown" }),
  );
}

process.on("message", onOrder);
// Whoever started it has gone: there is nobody to answer to.
process.on("disconnect", () => process.exit(0));
const [databaseUrl] = process.argv.slice(2);
if (databaseUrl === undefined) throw new Error("name the database");
openHouse(databaseUrl, { LOG_LEVEL: "error" });
say({ report: "ready" });
