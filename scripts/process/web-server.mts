import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Longer than a balancer keeps an idle connection (60 s, commonly): who is to end it must not be the one who is sent the
 * next request, or that is lost. Node's own 5 s lose uploads now and then.
 */
const KEPT_MS = 75_000;

/** The web process's own server, which can be brought to its end although some of its answers have none. */
export interface WebServer extends Server {
  /** Streams of events at this moment: their readers come back by themselves, to whoever answers then. */
  endless(): ServerResponse[];
}

/** Makes the server, not yet listening: asks what `answering` names for each request; what that throws is a 500. */
export function webServer(answering: (request: IncomingMessage) => Answering): WebServer {
  const underWay = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
    answering(request)(request, response).catch((error: unknown) => {
      console.error(`${request.method} ${request.url} could not be answered:`, error);
      if (!response.headersSent) response.statusCode = 500;
      response.end();
    });
  });
  server.keepAliveTimeout = KEPT_MS;
  const endless = (): ServerResponse[] =>
    [...underWay].filter((response) => String(response.getHeader("content-type")).startsWith("text/event-stream"));
  return Object.assign(server, { endless });
}

/**
 * Ends this process at SIGINT and SIGTERM, whatever connections are kept: what is under way is answered first, but that
 * streams of events are cut; then `last` is awaited. The exit code says by which signal, as if nobody had caught it.
 */
export function endBySignals(server: WebServer, last: () => Promise<void>): void {
  const end = (code: number) => (): void => {
    // A connection whose request is under way would else be waited for when it is idle.
    server.keepAliveTimeout = 1;
    server.close(() => void last().finally(() => process.exit(code)));
    for (const stream of server.endless()) stream.destroy();
  };
  process.once("SIGINT", end(130));
  process.once("SIGTERM", end(143));
}
