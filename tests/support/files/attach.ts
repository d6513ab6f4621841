import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { FileView, Upload } from "@/modules/files/schemas";
import { client, type SignedInAs } from "@/tests/support/http";
import { findRoute } from "@/tests/support/route-files";

export interface Begun {
  success: boolean;
  file: FileView;
  upload: Upload;
  code?: string;
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Sends a signed request, to the product's own route or to another server. */
export async function sendSigned(url: string, init: RequestInit = {}): Promise<Response> {
  if (!url.startsWith("/")) return fetch(url, init);
  const request = new Request(new URL(url, "http://127.0.0.1:3000"), init);
  const route = await findRoute("/api/files/object");
  const handler = route?.handlers[request.method];
  if (!handler) throw new Error("nothing answers signed requests");
  return handler(request, { params: Promise.resolve({}) });
}

export const bring = ({ method, url, headers }: Upload, bytes: Uint8Array): Promise<Response> =>
  sendSigned(url, { method, headers, body: new Uint8Array(bytes) });

/** Announces a file and brings it; not yet completed. */
export async function brought(by: SignedInAs, leadId: string, name: string, bytes: Uint8Array): Promise<FileView> {
  const begun = await client(by).post<Begun>(`/api/leads/${leadId}/files`, { name, bytes: bytes.length });
  expect(begun.status, JSON.stringify(begun.body)).toBe(201);
  const put = await bring(begun.body.upload, bytes);
  expect(put.status, await put.text()).toBe(200);
  return begun.body.file;
}

export const complete = (by: SignedInAs, fileId: string) =>
  client(by).post<{ file: FileView; code?: string; detail?: string }>(`/api/files/${fileId}/complete`);

/** A file of a lead, announced, brought and completed. */
export async function attached(by: SignedInAs, leadId: string, name: string, bytes: Uint8Array): Promise<FileView> {
  const { file_id } = await brought(by, leadId, name, bytes);
  const answer = await complete(by, file_id);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.file;
}

/** Follows what a file's address leads to. */
export async function fetched(by: SignedInAs, url: string | null, range?: string): Promise<Response> {
  const led = await client(by).get(url ?? "");
  expect(led.status, JSON.stringify(led.body)).toBe(307);
  return sendSigned(led.headers.get("location") ?? "", range === undefined ? {} : { headers: { range } });
}
