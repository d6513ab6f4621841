import { AppError, notFound } from "../errors";
import { storedResponse } from "../http/stored-response";
import type { FileStore } from "./object-store";
import type { OwnLinks } from "./own-links";

/** Nothing that is answered may act: not as a page, not as a script, not in another's frame. */
const INERT = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "private, max-age=300",
};

/** Answers the signed requests that OwnLinks makes. */
export class SignedObjects {
  constructor(
    private readonly store: FileStore,
    private readonly links: Pick<OwnLinks, "read">,
  ) {}

  /**
   * Keeps the body of a signed upload: exactly as many bytes as were signed for, or nothing. Throws 403 link_not_valid;
   * 400 wrong_length; StoreFull.
   */
  async receive(token: string, request: Request): Promise<void> {
    const { key, bytes } = await this.links.read(token, "upload");
    const declared = request.headers.get("content-length");
    // Refused before anything is read: a wrong length may be one of gigabytes.
    if (declared !== null && Number(declared) !== bytes) throw wrongLength(bytes);
    await this.store.put(key, exactly(bytes, request.body));
  }

  /** Answers a signed download. Throws 403 link_not_valid; 404 when it is there no more. */
  async send(token: string, request: Request): Promise<Response> {
    const { key, serving } = await this.links.read(token, "download");
    const size = await this.store.size(key);
    if (size === undefined) throw notFound("This file");
    const headers = { ...INERT, "content-type": serving.mediaType, "content-disposition": serving.disposition };
    const source = { size, open: this.store.get.bind(this.store, key) };
    const answer = await storedResponse(source, request.headers, headers);
    if (!answer) throw notFound("This file");
    return answer;
  }
}

/** The body as it comes; throws as soon as it is longer than it may be, or ends too early. */
async function* exactly(bytes: number, body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  let size = 0;
  if (body) {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > bytes) throw wrongLength(bytes);
      yield chunk;
    }
  }
  if (size < bytes) throw wrongLength(bytes);
}

const wrongLength = (bytes: number): AppError =>
  new AppError(400, "wrong_length", `This link takes exactly ${bytes} bytes. Ask for a new one for another file.`, {
    bytes,
  });
