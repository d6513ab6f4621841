import { describe, expect, it } from "vitest";
import { parseEnv } from "@/lib/config/env";
import { toAppError } from "@/lib/http/problem";
import { DiskStore } from "@/lib/storage/disk-store";
import { StoreAway, StoreFull } from "@/lib/storage/object-store";
import { s3Origin } from "@/lib/storage/s3-address";
import { S3Store } from "@/lib/storage/s3-store";
import { storageOf } from "@/lib/storage/stores";
import { testEnvironment } from "@/tests/support/house";

const given = (s3: Record<string, string>) => parseEnv({ ...testEnvironment("postgresql://x/y"), ...s3 });
const silent = { warn: () => undefined, info: () => undefined };
const clock = async () => new Date();
const KEYS = { S3_ACCESS_KEY_ID: "key", S3_SECRET_ACCESS_KEY: "secret" };

describe("where files lie", () => {
  it("is a directory, or the bucket that the environment names", () => {
    const disk = storageOf(given({}), clock, silent);
    expect([disk.store instanceof DiskStore, disk.signed === undefined]).toEqual([true, false]);
    const s3 = storageOf(given({ S3_BUCKET: "files", ...KEYS }), clock, silent);
    expect([s3.store instanceof S3Store, s3.signed]).toEqual([true, undefined]);
  });

  it.each([
    [{ S3_ENDPOINT: "http://127.0.0.1:9000" }, "S3_BUCKET is not set"],
    [{ S3_BUCKET: "files", S3_ACCESS_KEY_ID: "key" }, "S3_SECRET_ACCESS_KEY is not set"],
    [{ S3_BUCKET: "files", S3_SECRET_ACCESS_KEY: "secret" }, "S3_ACCESS_KEY_ID is not set"],
    [{ S3_BUCKET: "Not a bucket" }, "S3_BUCKET must be the name of a bucket"],
    [{ S3_BUCKET: "files", S3_ENDPOINT: "ftp://x" }, "S3_ENDPOINT must begin with"],
  ])("is refused half set: %j", (s3, reason) => {
    expect(() => given(s3)).toThrow(reason);
  });

  it("is what the browser may speak with", () => {
    expect(s3Origin({ bucket: "b", region: "eu-west-1" })).toBe("https://b.s3.eu-west-1.amazonaws.com");
    expect(s3Origin({ bucket: "b", region: "x", endpoint: "http://127.0.0.1:9000/" })).toBe("http://127.0.0.1:9000");
  });
});

it("a store that is full or away is a problem of its own, whichever bundle's class it is", () => {
  const other = Object.assign(new Error("x"), { name: "StoreAway" });
  expect(toAppError(other)).toMatchObject({ status: 503, code: "file_store_unavailable", retryAfterSeconds: 10 });
  expect(toAppError(new StoreAway())).toMatchObject({ status: 503 });
  expect(toAppError(new StoreFull())).toMatchObject({ status: 507, code: "file_store_full" });
  expect(toAppError(new Error("x"))).toMatchObject({ status: 500 });
  // It is away for a reason that the database may have too.
  const refused = new StoreAway({ cause: new Error("connect ECONNREFUSED 127.0.0.1:9000") });
  expect(toAppError(refused)).toMatchObject({ code: "file_store_unavailable" });
});
