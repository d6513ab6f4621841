import { parseArgs } from "node:util";
import next from "next";
import { type Answering, endBySignals, webServer } from "./process/web-server.mts";

// The web process: Next with a server of our own before it, which asks the routes that lib/http/short-way.ts lists by
// themselves and leaves everything else to Next. Node runs it as it is: what is imported here is a package or ends in .mts.
const { values } = parseArgs({ options: { port: { type: "string" }, hostname: { type: "string" } } });
const port = Number(values.port ?? 3_000);
const hostname = values.hostname ?? "127.0.0.1";

const shortWay = new Map<string, Answering>();
Object.assign(globalThis, { evenhandShortWay: shortWay });

const app = next({ dev: false, hostname, port });
await app.prepare();
const byNext = app.getRequestHandler();

const server = webServer(({ method = "", url = "" }) => {
  const end = url.indexOf("?");
  return shortWay.get(`${method} ${end < 0 ? url : url.slice(0, end)}`) ?? byNext;
});
server.once("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(port, hostname, () => console.log(`Ready on http://${hostname}:${port}`));
endBySignals(server, () => app.close());
