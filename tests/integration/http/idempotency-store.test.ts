import { expect, it } from "vitest";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { testDatabase } from "../../support/database";

const database = testDatabase();

it("forgets keys after a day and keeps younger ones", async () => {
  const store = new IdempotencyStore(database.db);
  const begun = await store.begin("p", "old", "f");
  if (begun.kind !== "run") throw new Error("a new key was taken for an old one");
  await store.finish(begun.request, { status: 200, headers: {}, body: { done: true } });
  await store.begin("p", "young", "f");
  await database.db.idempotencyKey.updateMany({
    where: { key: "old" },
    data: { createdAt: new Date(Date.now() - 25 * 3_600_000) },
  });
  expect(await store.prune()).toBe(1);
  expect(await store.begin("p", "old", "another")).toMatchObject({ kind: "run" });
  await expect(store.begin("p", "young", "another")).rejects.toMatchObject({ code: "idempotency_key_reused" });
});
