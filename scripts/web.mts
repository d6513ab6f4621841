import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import next from "next";

// The web process: Next with a server of our own before it, which asks the routes that lib/http/short-way.ts lists by
// themselves and leaves everything else to Next. Node runs it as it is: imports of types and packages only.
type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const { values } = parseArgs({ options: { port: { type: "string" }, hostname: { type: "string" } } });
const port = Number(values.port ?? 3_000);
const hostname = values.hostname ?? "127.0.0.1";

const shortWay = new Map<string, Answering>();
Object.assign(globalThis, { evenhandShortWay: shortWay });

const app = next({ dev: false, hostname, port });
await app.prepare();
const byNext = app.getRequestHandler();

const server = createServer((request, response) => {
  const { method = "", url = "" } = request;
  const end = url.indexOf("?");
  const answer = shortWay.get(`${method} ${end < 0 ? url : url.slice(0, end)}`) ?? byNext;
  answer(request, response).catch((error: unknown) => {
    console.error(`${method} ${url} could not be answered:`, error);
    if (!response.headersSent) response.statusCode = 500;
    response.end();
  });
});
// Longer than a balancer keeps an idle connection (60 s, commonly): who is to end it must not be the one who is sent the
// next request, or that is lost. Node's own 5 s lose uploads now and then.
server.keepAliveTimeout = 75_000;
server.once("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(port, hostname, () => console.log(`Ready on http://${hostname}:${port}`));

/** What is under way is answered first; the exit code says by which signal, as if nobody had caught it. */
const end = (code: number) => (): void => {
  // A connection whose request is under way would else be waited for when it is idle.
  server.keepAliveTimeout = 1;
  server.close(() => void app.close().finally(() => process.exit(code)));
};
process.once("SIGINT", end(130));
process.once("SIGTERM", end(143));
