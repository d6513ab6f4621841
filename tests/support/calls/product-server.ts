import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { findRoute } from "../route-files";

const WEBHOOKS = [
  "voice",
  "queue-hold-music",
  "queue-handler",
  "caller-leg",
  "agent-leg",
  "conference",
  "participant",
  "hold",
  "status",
  "legacy-dial",
  "legacy-leg",
  "voicemail",
  "recording",
  "outbound",
];

/** The product's real route handlers behind a real socket, without Next: what the carrier's webhooks reach. */
export class ProductServer {
  private readonly server: Server;
  /** Requests that were answered, as "POST /api/..." with their status. */
  readonly answered: { path: string; status: number }[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private closing = false;

  constructor() {
    this.server = createServer((request, response) => {
      const work = this.answer(request).then(async (answer) => {
        this.answered.push({ path: request.url ?? "", status: answer.status });
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
        this.underWay.delete(work);
      });
      this.underWay.add(work);
    });
  }

  /** Listens with every webhook's route imported, so that no first request is slower than the others. */
  async listen(port: number): Promise<string> {
    for (const path of WEBHOOKS) await findRoute(`/api/webhooks/twilio/${path}`);
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.underWay);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(incoming: IncomingMessage): Promise<Response> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = `http://${incoming.headers.host ?? ""}${incoming.url ?? "/"}`;
    const { pathname } = new URL(url);
    // A tenth of a second of silence stands for the music.
    if (pathname.startsWith("/audio/"))
      return new Response(new Uint8Array(silence(800)), { headers: { "content-type": "audio/wav" } });
    const route = await findRoute(pathname);
    const handler = route?.handlers[incoming.method ?? "GET"];
    if (!route || !handler || this.closing) return new Response(null, { status: 404 });
    const headers = new Headers(
      Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const body = Buffer.concat(chunks);
    const init: RequestInit = {
      method: incoming.method ?? "GET",
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    };
    return handler(new Request(url, init), { params: Promise.resolve(route.params) });
  }
}

function silence(samples: number): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples * 2, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples * 2, 40);
  return Buffer.concat([header, Buffer.alloc(samples * 2)]);
}
