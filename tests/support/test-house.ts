import { afterAll, beforeAll } from "vitest";
import type { Db } from "@/lib/db/client";
import type { Container } from "@/modules/container";
import { testDatabase } from "./database";
import { openHouse, type House } from "./house";

export interface TestHouse {
  readonly url: string;
  readonly db: Db;
  readonly container: Container;
}

/**
 * The product over a database of its own for the calling test file: call it once, at the top level; its members are
 * usable inside hooks and tests, and client() then reaches every route. `overrides` are environment variables.
 */
export function testHouse(
  options: { poolSize?: number; overrides?: Readonly<Record<string, string>> } = {},
): TestHouse {
  const database = testDatabase(options.poolSize === undefined ? {} : { poolSize: options.poolSize });
  let house: House | undefined;
  beforeAll(() => {
    house = openHouse(database.url, options.overrides, database.db);
  });
  // What was woken by the last test would go on after the database has gone.
  afterAll(async () => {
    await house?.container.dispatcher.stop();
    await house?.container.carrierCommands.stop();
  });
  return {
    get url() {
      return database.url;
    },
    get db() {
      return database.db;
    },
    get container() {
      if (!house) throw new Error("testHouse() is usable inside hooks and tests only");
      return house.container;
    },
  };
}
