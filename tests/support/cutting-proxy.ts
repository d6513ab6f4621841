import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A database reached over a line that can be cut at the worst moment. */
export interface CuttingProxy {
  url: string;
  /**
   * Lets the next `skip` statements with this text pass, carries the one after to the database, waits until it is done
   * there, and cuts the line instead of handing back the answer.
   */
  cutAfter(text: string, skip?: number): void;
  /** How many answers were lost so far. */
  cuts(): number;
  close(): Promise<void>;
}

/** PostgreSQL's ReadyForQuery outside a transaction: what was sent is done, and committed. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

export async function cuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(databaseUrl);
  let armed: { text: string; skip: number } | undefined;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let cutting = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => {
      if (armed && chunk.includes(armed.text)) {
        armed.skip -= 1;
        if (armed.skip < 0) {
          cutting = true;
          armed = undefined;
        }
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (!cutting) client.write(chunk);
      else if (chunk.includes(IDLE)) {
        cuts += 1;
        end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAfter: (text, skip = 0) => {
      armed = { text, skip };
    },
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
