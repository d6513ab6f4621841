import { Readable } from "node:stream";
import { expect } from "vitest";
import { createImportSide, type ImportSide } from "@/modules/container-imports";
import type { ImportHooks } from "@/modules/imports/services/import-work";
import type { ImportView } from "@/modules/imports/schemas";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import type { ObjectStore } from "@/lib/storage/object-store";
import { client, type RequestOptions, type SignedInAs } from "./http";
import type { TestHouse } from "./test-house";

type ImportHouse = Pick<TestHouse, "db" | "container">;

interface Answered {
  import: ImportView;
  code: string;
  detail: string;
}

/** What a manager does with imports, through the routes. */
export function importsOf(person: SignedInAs) {
  const http = client(person);
  const act = (id: string, verb: string, idempotencyKey?: string) =>
    http.post<Answered>(
      `/api/imports/${id}/${verb}`,
      undefined,
      idempotencyKey === undefined ? {} : { idempotencyKey },
    );
  return {
    http,
    act,
    send: (file: NonNullable<RequestOptions["rawBody"]>, name = "leads.csv", headers: Record<string, string> = {}) =>
      http.post<Answered>(`/api/imports?file_name=${encodeURIComponent(name)}`, undefined, {
        rawBody: file,
        headers: { "content-type": "application/octet-stream", ...headers },
      }),
    change: (id: string, body: unknown) => http.patch<Answered>(`/api/imports/${id}`, body),
    read: async (id: string) => (await http.get<ImportView>(`/api/imports/${id}`)).body,
    rows: async (id: string, query = "") =>
      (await http.get<{ rows: RowSeen[] }>(`/api/imports/${id}/rows${query}`)).body.rows,
  };
}

/** Bytes on their way, as a request has them. */
export const webStream = (source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> =>
  Readable.toWeb(Readable.from(source, { objectMode: false })) as ReadableStream<Uint8Array>;

export interface RowSeen {
  row: number;
  outcome: string;
  lead_id: string | null;
  same_as_row: number | null;
  values: Record<string, unknown>;
  errors: { column: string | null; code: string; message: string }[];
}

/** The imports' side once more over the same database, as another process has it, cut off where `hooks` say. */
export function anotherImportSide(house: ImportHouse, hooks: ImportHooks = {}, files?: ObjectStore): ImportSide {
  const { db, env, jobs, returnTimer, newcomers, files: own } = house.container;
  return createImportSide(
    db,
    {
      jobs,
      returnTimer,
      newcomers,
      files: files ?? own,
      pace: { rest: () => Promise.resolve() },
      cursors: new CursorCodec(env.AUTH_SECRET),
      leads: new LeadRepository(db),
      activities: new LeadActivityRepository(db),
    },
    hooks,
  );
}

/** Sends a file, says how it is read, and has it checked; answers what the dry run found. */
export async function checked(
  house: ImportHouse,
  person: SignedInAs,
  file: string | Uint8Array<ArrayBuffer>,
  change?: unknown,
  name?: string,
): Promise<ImportView> {
  const imports = importsOf(person);
  const sent = await imports.send(file, name);
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  const { import_id: id } = sent.body.import;
  if (change !== undefined) expect((await imports.change(id, change)).body).toMatchObject({ success: true });
  const begun = await imports.act(id, "check");
  expect(begun.status, JSON.stringify(begun.body)).toBe(202);
  await carriedOn(house, id);
  return imports.read(id);
}

/** The same, run to its end. */
export async function imported(
  house: ImportHouse,
  person: SignedInAs,
  file: string | Uint8Array<ArrayBuffer>,
  change?: unknown,
  name?: string,
): Promise<ImportView> {
  const { import_id: id, state, error } = await checked(house, person, file, change, name);
  expect(state, JSON.stringify(error)).toBe("checked");
  const begun = await importsOf(person).act(id, "run");
  expect(begun.status, JSON.stringify(begun.body)).toBe(202);
  await carriedOn(house, id);
  return importsOf(person).read(id);
}

/** Works on an import until it is at rest, as a worker does. */
export async function carriedOn(house: ImportHouse, importId: string): Promise<void> {
  expect(await anotherImportSide(house).importWork.run(importId, "the tests", Infinity)).toBe("at rest");
}
