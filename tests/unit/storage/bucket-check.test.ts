import { afterEach, describe, expect, it } from "vitest";
import { BucketCheck } from "@/lib/storage/bucket-check";
import { S3Store } from "@/lib/storage/s3-store";
import { s3Server, type S3Server } from "@/tests/support/storage/s3-server";

const ORIGIN = "https://evenhand.example";
const servers: S3Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function bucketFor(...origins: string[]) {
  const server = await s3Server("evenhand", origins);
  servers.push(server);
  const said: string[] = [];
  const say = (_fields: object, message: string): void => void said.push(message);
  return { server, said, check: () => new BucketCheck(new S3Store(server.settings), ORIGIN, { warn: say, info: say }) };
}

describe("whether browsers may bring files to a bucket", () => {
  it("they may where its rules name our origin, and then nothing is said", async () => {
    const { check, said } = await bucketFor("https://another.example", ORIGIN);
    expect(await check().state()).toBe("ok");
    expect(said).toEqual([]);
  });

  it.each([[[]], [["https://another.example"]]])(
    "with rules for %j they are refused, and the log says what to do",
    async (origins) => {
      const { check, said } = await bucketFor(...origins);
      const one = check();
      expect([await one.state(), await one.state()]).toEqual(["browsers_refused", "browsers_refused"]);
      expect(said).toEqual([expect.stringContaining("CORS rules must allow this origin")]);
    },
  );

  it("a bucket that does not answer is away, not refusing", async () => {
    const { server, check, said } = await bucketFor(ORIGIN);
    await server.stop();
    expect(await check().state()).toBe("away");
    expect(said).toEqual(["the bucket of files does not answer"]);
    await server.start();
  });
});
