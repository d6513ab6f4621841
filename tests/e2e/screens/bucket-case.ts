import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { contentSecurityPolicy } from "@/lib/http/content-security-policy";
import { BucketCheck } from "@/lib/storage/bucket-check";
import { s3Origin } from "@/lib/storage/s3-address";
import { S3Store } from "@/lib/storage/s3-store";
import { png, wav } from "@/tests/support/files/samples";
import { s3Server } from "@/tests/support/storage/s3-server";
import type { Visitors } from "./visitor";

const PROBE = { warn: () => undefined, info: () => undefined };

/** A page with the product's policy, on an origin of its own. */
async function pageServer(policy: () => string) {
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html", "content-security-policy": policy() })
      .end("<!doctype html><html lang=en><title>A page of the product's policy</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** What a browser may do with a bucket: a product whose files lie in one would be a build of its own. */
export function bucketCase(visitors: Visitors): void {
  test("a browser brings files to a bucket, shows and plays them from there; with another policy or rules it may not", async () => {
    let policy = "";
    const site = await pageServer(() => policy);
    const bucket = await s3Server("evenhand", [site.origin]);
    const strict = await s3Server("evenhand", ["https://another.example"]);
    try {
      const policyOf = (files?: string) =>
        contentSecurityPolicy({ development: false, ...(files !== undefined && { files }) });
      const page = await visitors.open("/");
      const put = async (store: S3Store, key: string, bytes: Buffer) => {
        const { url, method, headers } = await store.upload(key, bytes.length, 60);
        return page.evaluate(
          async ([to, how, type, text]) =>
            fetch(to, {
              method: how,
              headers: { "content-type": type },
              body: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
            }).then(
              ({ status }) => status,
              () => "refused",
            ),
          [url, method, headers["content-type"] ?? "", bytes.toString("base64")] as const,
        );
      };
      const store = new S3Store(bucket.settings);
      policy = policyOf();
      await page.goto(site.origin);
      expect(await put(store, "uploads/one", png(30, 20))).toBe("refused");

      policy = policyOf(s3Origin(bucket.settings));
      await page.goto(site.origin);
      expect(await put(store, "uploads/one", png(30, 20))).toBe(200);
      expect(await put(store, "uploads/two", wav())).toBe(200);
      expect(await store.size("uploads/one")).toBe(png(30, 20).length);
      const served = async (key: string, mediaType: string) =>
        (await store.download(key, { mediaType, disposition: "inline" }, 60)).url;
      const width = await page.evaluate(
        async (url) => {
          const image = new Image();
          image.src = url;
          await image.decode();
          return image.naturalWidth;
        },
        await served("uploads/one", "image/png"),
      );
      const seconds = await page.evaluate(
        async (url) =>
          new Promise<number>((resolve, reject) => {
            const audio = new Audio(url);
            audio.addEventListener("loadedmetadata", () => resolve(audio.duration));
            audio.addEventListener("error", () => reject(new Error("it is not played")));
          }),
        await served("uploads/two", "audio/wav"),
      );
      expect([width, seconds > 0]).toEqual([30, true]);

      // The same browser at a bucket whose rules leave our origin out: as its check says before anybody tries.
      policy = policyOf(s3Origin(strict.settings));
      await page.goto(site.origin);
      const other = new S3Store(strict.settings);
      expect(await new BucketCheck(other, site.origin, PROBE).state()).toBe("browsers_refused");
      expect(await put(other, "uploads/one", png(30, 20))).toBe("refused");
    } finally {
      site.close();
      await Promise.all([bucket.close(), strict.close()]);
    }
  });
}
