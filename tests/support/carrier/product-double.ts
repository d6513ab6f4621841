import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";

export interface ReceivedWebhook {
  path: string;
  query: URLSearchParams;
  method: string;
  params: Record<string, string>;
  headers: Record<string, string>;
  /** By the twilio package's own check, over the URL that this server knows itself by. */
  signed: boolean;
}

export type Reply = string | { status?: number; type?: string; body?: string; delayMs?: number; location?: string };
type Route = (webhook: ReceivedWebhook) => Reply;

/** What stands where the product would: answers TwiML, remembers every request, checks every signature. */
export class ProductDouble {
  readonly received: ReceivedWebhook[] = [];
  private readonly routes = new Map<string, Route>();
  private readonly server: Server;
  private readonly authToken: string;
  url = "";

  constructor(authToken: string) {
    this.authToken = authToken;
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const params = Object.fromEntries(new URLSearchParams(body));
        const address = `${this.url}${request.url ?? ""}`;
        const [path = "", query = ""] = (request.url ?? "").split("?", 2);
        const signature = String(request.headers["x-twilio-signature"] ?? "");
        const webhook: ReceivedWebhook = {
          path,
          query: new URLSearchParams(query),
          method: request.method ?? "",
          params,
          headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
          signed: twilio.validateRequest(this.authToken, signature, address, request.method === "GET" ? {} : params),
        };
        this.received.push(webhook);
        const reply = this.routes.get(path)?.(webhook) ?? { status: 204 };
        const {
          status = 200,
          type = "text/xml",
          body: answer = "",
          delayMs = 0,
          location,
        } = typeof reply === "string" ? { body: `<Response>${reply}</Response>` } : reply;
        const headers = { "Content-Type": type, ...(location === undefined ? {} : { Location: location }) };
        setTimeout(() => response.writeHead(status, headers).end(answer), delayMs);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Sets what a path answers: TwiML verbs, or a whole reply. */
  on(path: string, route: Route | Reply): void {
    this.routes.set(path, typeof route === "function" ? route : () => route);
  }

  at(path: string): ReceivedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }
}
