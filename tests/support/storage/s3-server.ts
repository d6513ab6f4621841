import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver, { type Middleware, type Store } from "@20minutes/s3rver";
import type { S3Settings } from "@/lib/storage/s3-store";

export interface S3Server {
  settings: S3Settings;
  /** Stops answering, also what it is at; start() answers again with the same objects, at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A server that speaks S3, signatures and all, with one empty bucket, whose CORS rules let pages of these origins in. */
export async function s3Server(bucket = "evenhand", cors: readonly string[] = []): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-s3-"));
  let port = 0;
  let running: S3rver | undefined;
  const start = async (): Promise<void> => {
    running = new S3rver({
      address: "127.0.0.1",
      port,
      directory,
      silent: true,
      configureBuckets: port === 0 ? [{ name: bucket, configs: cors.length === 0 ? [] : [rulesFor(cors)] }] : [],
    });
    running.middleware.unshift(forLists(running.store));
    ({ port } = await running.run());
  };
  const stop = async (): Promise<void> => {
    if (!running) return;
    // What it would note of requests that were cut off, it has nowhere to note any more.
    running.logger.silent = true;
    const ended = running.close();
    running.httpServer?.closeAllConnections();
    await ended;
    running = undefined;
  };
  await start();
  return {
    settings: {
      bucket,
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    },
    start,
    stop,
    close: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** CORS rules as the README asks for them. */
const rulesFor = (origins: readonly string[]): string =>
  `<CORSConfiguration><CORSRule>${origins.map((origin) => `<AllowedOrigin>${origin}</AllowedOrigin>`).join("")}` +
  "<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>content-type</AllowedHeader>" +
  "</CORSRule></CORSConfiguration>";

/**
 * What it needs for the lists of a bucket. It checks their signature as if the address had no slash at the end, which it
 * has, and tells where a list goes on by a cipher that OpenSSL 3 does not have; nobody here asks for that.
 */
function forLists(store: Store): Middleware {
  const listObjects = async (...given: unknown[]): Promise<object> => ({
    ...(await store.listObjects(...given)),
    isTruncated: false,
  });
  return (ctx, next) => {
    if (/^\/[^/]+\/$/.test(ctx.path)) {
      ctx.app = Object.create(ctx.app, { allowMismatchedSignatures: { value: true } }) as object;
      ctx.store = Object.create(store, { listObjects: { value: listObjects } }) as Store;
    }
    return next();
  };
}
