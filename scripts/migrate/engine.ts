import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";

import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";

import { migrationAdapter } from "./adapter";

export type { SchemaEngine };

/** What wasm-bindgen leaves out of its type declarations: how the module is wired when no bundler does it. */
interface WasmGlue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

declare global {
  /** Told the message of a panic before the engine traps. */
  var PRISMA_WASM_PANIC_REGISTRY: { set_message(message: string): never } | undefined;
}

/**
 * A panic ends the engine in a microtask nobody awaits: this error ends the process, but with the engine's words in it
 * instead of "unreachable".
 */
function panic(message: string): never {
  throw new Error(`Prisma's schema engine panicked: ${message}`);
}

let loading: Promise<void> | undefined;

/**
 * Prisma's schema engine, compiled to WebAssembly. Its package expects a bundler that understands `import "x.wasm"`;
 * Node does not by default, so the file is instantiated here by hand.
 */
async function loadWasm(): Promise<void> {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: panic };
  const glueFile = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(join(dirname(glueFile), "schema_engine_bg.wasm"));
  const imports = { "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  (bindings as unknown as WasmGlue).__wbg_set_wasm(instance.exports);
  const start = instance.exports["__wbindgen_start"];
  if (typeof start !== "function") throw new Error("Prisma's schema engine has no start function: wrong version?");
  start();
}

/**
 * Runs `work` with an engine connected to the database. `schema` is the text of the Prisma schema the engine reads
 * its datasource from.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  schema: { path: string; content: string },
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loading ??= loadWasm();
  await loading;
  const adapter = migrationAdapter(databaseUrl);
  const ignoreEngineLog = (): void => undefined;
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    ignoreEngineLog,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    await adapter.closeAll();
  }
}
