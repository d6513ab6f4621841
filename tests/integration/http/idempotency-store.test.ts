import { expect, it } from "vitest";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { testDatabase } from "../../support/database";

const database = testDatabase();

it("forgets keys after a day and keeps younger ones", async () => {
  const store = new IdempotencyStore(database.db);
  await store.begin("p", "old", "f");
  await store.finish("p", "old", 200, { done: true });
  await store.begin("p", "young", "f");
  await database.db.idempotencyKey.updateMany({
    where: { key: "old" },
    data: { createdAt: new Date(Date.now() - 25 * 3_600_000) },
  });
  expect(await store.prune()).toBe(1);
  expect(await store.begin("p", "old", "another")).toEqual({ kind: "run" });
  await expect(store.begin("p", "young", "another")).rejects.toMatchObject({ code: "idempotency_key_reused" });
});
