import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { CONTROL_PREFIX, serveControl } from "./control/serve-control";
import type { Carrier } from "./engine/carrier";
import type { DocumentRunner } from "./engine/document-runner";
import type { PageHandler } from "./page-assets";
import { REST_PREFIX, serveRest } from "./rest/serve-rest";

export interface CarrierServer {
  server: Server;
  /** Says who answers; requests before that are refused. */
  serve(parts: ServedParts): void;
  /** @throws Error when the port is taken or not allowed */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

export interface ServedParts {
  carrier: Carrier;
  runner: DocumentRunner;
  /** The telephone page: true when the request was its business. */
  telephone: PageHandler;
  /** The mailbox page and its mails: likewise. */
  mailbox: PageHandler;
}

/** The carrier's one HTTP server. Upgrades are the signalling's, which listens on `server` itself. */
export function createCarrierServer(): CarrierServer {
  const sockets = new Set<Socket>();
  let parts: ServedParts | null = null;
  const server = createServer((request, response) => {
    if (!parts) {
      response.writeHead(503).end();
      return;
    }
    const { carrier } = parts;
    dispatch({ ...parts, cutConnections: (but) => cut(sockets, but) }, request, response).catch((error: unknown) => {
      carrier.log.error({ err: error, path: request.url }, "a request failed");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    server,
    serve: (served) => {
      parts = served;
    },
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          const address = server.address();
          resolve(typeof address === "object" && address ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function dispatch(
  parts: ServedParts & { cutConnections(but: IncomingMessage): void },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? "/";
  if (path.startsWith(`${REST_PREFIX}/`)) return await serveRest(parts, request, response);
  const isControl = path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`);
  if ((isControl || path.startsWith("/mailbox/mails/")) && !isOwnHost(request)) {
    response
      .writeHead(403, { "Content-Type": "application/json" })
      .end('{"error":"The control API and mails are for this machine only."}');
    return;
  }
  if (isControl) return await serveControl(parts, request, response);
  if (parts.mailbox(request, response)) return;
  if (parts.telephone(request, response)) return;
  response.writeHead(404, { "Content-Type": "text/plain" }).end("There is nothing here.\n");
}

/** Whether the control API is asked from this machine, and not by a page of another site in somebody's browser. */
function isOwnHost(request: IncomingMessage): boolean {
  const from = request.socket.remoteAddress ?? "";
  const local = from === "::1" || /^(::ffff:)?127\./.test(from);
  const { origin, host } = request.headers;
  const sameSite = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  return local && sameSite;
}

function cut(sockets: ReadonlySet<Socket>, but: IncomingMessage): void {
  for (const socket of sockets) if (socket !== but.socket) socket.destroy();
}
