import { type AddressInfo, createServer } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DiskStore } from "@/lib/storage/disk-store";
import { type FileStore, type Presigner, StoreAway } from "@/lib/storage/object-store";
import { OwnLinks } from "@/lib/storage/own-links";
import { S3Store } from "@/lib/storage/s3-store";
import { SignedObjects } from "@/lib/storage/signed-objects";
import { s3Server, type S3Server } from "@/tests/support/storage/s3-server";

let directory: string;
let server: S3Server;
let now = Date.parse("2026-11-30T12:00:00Z");

interface World {
  store: FileStore;
  links: Presigner;
  /** Sends a signed request as whoever was given it. */
  send(url: string, init: RequestInit): Promise<Response>;
}
const worlds = {} as Record<"disk" | "s3", World>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenhand-store-"));
  server = await s3Server();
  const disk = new DiskStore(directory);
  const links = new OwnLinks("a secret of the tests only", "/object", async () => new Date(now));
  const objects = new SignedObjects(disk, links);
  worlds.disk = { store: disk, links, send: (url, init) => sendOwn(objects, url, init) };
  const s3 = new S3Store(server.settings);
  worlds.s3 = { store: s3, links: s3, send: (url, init) => fetch(url, init) };
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** What the route does with it, refusals as their status. */
async function sendOwn(objects: SignedObjects, url: string, init: RequestInit): Promise<Response> {
  const request = new Request(new URL(url, "http://evenhand.test"), init);
  const token = new URL(request.url).searchParams.get("token") ?? "";
  try {
    if (request.method === "GET") return await objects.send(token, request);
    await objects.receive(token, request);
    return new Response();
  } catch (error) {
    const { status, code } = error as { status: number; code: string };
    return Response.json({ code }, { status });
  }
}

const text = (stream: ReadableStream<Uint8Array> | undefined) => new Response(stream ?? "nothing").text();

async function* pieces(...all: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const one of all) {
    if (one instanceof Error) throw one;
    yield Buffer.from(one);
  }
}

describe.each(["disk", "s3"] as const)("a store (%s)", (kind) => {
  it("keeps what it was given, whole and in parts", async () => {
    const { store } = worlds[kind];
    await store.put("kept/one", pieces("hello ", "world"));
    expect(await store.size("kept/one")).toBe(11);
    const whole = await store.get("kept/one");
    expect([whole?.size, await text(whole?.stream)]).toEqual([11, "hello world"]);
    const part = await store.get("kept/one", { first: 6, last: 8 });
    expect([part?.size, await text(part?.stream)]).toEqual([11, "wor"]);
    await store.put("kept/one", pieces("again"));
    expect(await text((await store.get("kept/one"))?.stream)).toBe("again");
  });

  it("keeps much of it without holding it in memory", async () => {
    const { store } = worlds[kind];
    const block = Buffer.alloc(1_048_576, 7);
    async function* much() {
      for (let at = 0; at < 40; at += 1) yield block;
    }
    await store.put("kept/much", much());
    expect(await store.size("kept/much")).toBe(40 * block.length);
    const last = await store.get("kept/much", { first: 40 * block.length - 2, last: 40 * block.length - 1 });
    expect([...new Uint8Array(await new Response(last?.stream).arrayBuffer())]).toEqual([7, 7]);
  });

  it("keeps nothing of a source that breaks off, and throws what it threw", async () => {
    const { store } = worlds[kind];
    const broken = new Error("the source broke off");
    await expect(store.put("broken/one", pieces("begun", broken))).rejects.toBe(broken);
    expect(await store.size("broken/one")).toBeUndefined();
    expect(await store.list("broken", undefined, 10)).toEqual([]);
  });

  it("copies and removes, and says what was not there", async () => {
    const { store } = worlds[kind];
    await store.put("from/one", pieces("copied"));
    expect(await store.copy("from/one", "to/one")).toBe(true);
    await store.put("from/one", pieces("another"));
    expect(await text((await store.get("to/one"))?.stream)).toBe("copied");
    await store.remove("from/one");
    expect(await store.copy("from/one", "to/two")).toBe(false);
    expect(await store.get("from/one")).toBeUndefined();
    await store.remove("to/one");
    await store.remove("to/one");
    expect(await store.size("to/one")).toBeUndefined();
    await expect(store.put("../etc/passwd", pieces("x"))).rejects.toThrow("not a key");
  });

  it("lists a folder page by page, in order", async () => {
    const { store } = worlds[kind];
    for (const name of ["c", "a", "b"]) await store.put(`listed/${name}`, pieces(name));
    await store.put("listed-not/d", pieces("d"));
    const first = await store.list("listed", undefined, 2);
    expect(first.map(({ key }) => key)).toEqual(["listed/a", "listed/b"]);
    expect(Math.abs((first[0]?.at.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
    const next = await store.list("listed", "listed/b", 2);
    expect(next.map(({ key }) => key)).toEqual(["listed/c"]);
    expect(await store.list("nothing", undefined, 2)).toEqual([]);
    expect(await store.tidy()).toBe(0);
  });

  it("takes by a signed request exactly what was signed for", async () => {
    const { store, links, send } = worlds[kind];
    const { method, url, headers } = await links.upload("signed/up", 5, 60);
    for (const body of ["four", "longer"]) {
      const refused = await send(url, { method, headers, body });
      expect(refused.status, body).toBeGreaterThanOrEqual(400);
      expect(await store.size("signed/up")).toBeUndefined();
    }
    const tampered = url.replace("signed/up", "others/up").replace("token=e", "token=f");
    const other = await send(tampered, { method, headers, body: "12345" });
    expect(other.status).toBe(403);
    expect((await send(url, { method, headers, body: "12345" })).status).toBe(200);
    expect(await text((await store.get("signed/up"))?.stream)).toBe("12345");
    expect((await send(url, { method: "GET" })).status).toBe(403);
  });

  it("gives by a signed request, in parts and as what was said", async () => {
    const { store, links, send } = worlds[kind];
    await store.put("signed/down", pieces("0123456789"));
    const serving = { mediaType: "audio/mpeg", disposition: 'attachment; filename="a.mp3"' };
    const { url } = await links.download("signed/down", serving, 60);
    const whole = await send(url, {});
    expect([whole.status, await whole.text()]).toEqual([200, "0123456789"]);
    expect(whole.headers.get("content-type")).toBe("audio/mpeg");
    expect(whole.headers.get("content-disposition")).toBe('attachment; filename="a.mp3"');
    const part = await send(url, { headers: { range: "bytes=2-4" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    const beyond = await send(url, { headers: { range: "bytes=20-" } });
    expect(beyond.status).toBe(416);
    await store.remove("signed/down");
    expect((await send(url, {})).status).toBe(404);
  });
});

it("what a bucket is brought is stored as bytes of no kind, whatever is said of them", async () => {
  const { links, send } = worlds.s3;
  const { method, url } = await links.upload("signed/page", 5, 60);
  const page = await send(url, { method, headers: { "content-type": "text/html" }, body: "<html" });
  expect(page.status).toBe(403);
});

describe("a store that is not there", () => {
  it("in the midst of what is read breaks the reading off: less than all is never taken for all", async () => {
    const { settings, stop, close } = await s3Server();
    try {
      const store = new S3Store(settings);
      const block = Buffer.alloc(1_048_576, 7);
      await store.put(
        "kept/much",
        (async function* () {
          for (let at = 0; at < 24; at += 1) yield block;
        })(),
      );
      const stored = await store.get("kept/much");
      let read = 0;
      const reading = (async () => {
        for await (const chunk of stored?.stream ?? []) {
          if (read === 0) await stop();
          read += chunk.length;
        }
      })();
      await expect(reading).rejects.toBeInstanceOf(StoreAway);
      expect(read).toBeLessThan(24 * block.length);
    } finally {
      await close();
    }
  });

  it("says so within bounds, at once when it has failed repeatedly, and works when it is back", async () => {
    const { settings, start, stop, close } = await s3Server();
    try {
      const store = new S3Store(settings);
      await store.put("kept/one", pieces("kept"));
      await stop();
      for (let at = 0; at < 6; at += 1) await expect(store.size("kept/one")).rejects.toThrow(StoreAway);
      await expect(store.put("kept/two", pieces("lost"))).rejects.toMatchObject({
        name: "StoreAway",
        cause: { isBrokenCircuitError: true },
      });
      await start();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
      expect(await store.size("kept/one")).toBe(4);
    } finally {
      vi.useRealTimers();
      await close();
    }
  });

  it("is given up when it takes requests and never answers", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const settings = { ...server.settings, endpoint: `http://127.0.0.1:${port}` };
    const store = new S3Store(settings, { connectMs: 500, answerMs: 100, idleMs: 200 });
    await expect(store.size("kept/one")).rejects.toThrow(StoreAway);
    await expect(store.put("kept/one", pieces("text"))).rejects.toThrow(StoreAway);
    silent.close();
  });
});

it("a link of one's own is good until its time has come", async () => {
  const { store, links, send } = worlds.disk;
  await store.put("signed/late", pieces("late"));
  const { url } = await links.download("signed/late", { mediaType: "text/plain", disposition: "attachment" }, 60);
  now += 60_000;
  expect((await send(url, {})).status).toBe(200);
  now += 1;
  expect((await send(url, {})).status).toBe(403);
});
