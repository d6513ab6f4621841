import type { ByteRange } from "../http/byte-range";

/** An object as it lies in the store. */
export interface StoredObject {
  /** Bytes of all of it. */
  size: number;
  stream: ReadableStream<Uint8Array>;
}

/** Where files lie. Keys are made by the product: segments of letters, digits, dots and dashes, parted by slashes. */
export interface ObjectStore {
  /**
   * Keeps what the source yields under the key: all of it, or nothing. Throws what the source throws, and StoreFull when
   * there is no room.
   */
  put(key: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** The object, or that part of it, which must be there; undefined when there is none. */
  get(key: string, range?: ByteRange): Promise<StoredObject | undefined>;
  /** Removes the object; one that is not there is as good as removed. */
  remove(key: string): Promise<void>;
  /** Removes what somebody began to put more than a day ago and never ended: its process died. Answers how many. */
  tidy(): Promise<number>;
}

/** An object as a list of them shows it. */
export interface ListedObject {
  key: string;
  /** When it was written last. */
  at: Date;
}

/** A store whose objects others may bring and fetch themselves. */
export interface FileStore extends ObjectStore {
  /** Bytes of an object; undefined when there is none. */
  size(key: string): Promise<number | undefined>;
  /** Keeps an object under a second key too, which nothing has yet; answers whether there was one. */
  copy(from: string, to: string): Promise<boolean>;
  /** Objects directly below `folder` whose keys come after `after`, in the order of their keys: at most `limit`. */
  list(folder: string, after: string | undefined, limit: number): Promise<ListedObject[]>;
}

/** One request that whoever has it may make, without being known. */
export interface SignedRequest {
  method: "GET" | "PUT";
  url: string;
  /** To be sent with it, as they are. */
  headers: Readonly<Record<string, string>>;
}

/** How an object is to be answered to who fetches it. */
export interface Serving {
  mediaType: string;
  /** RFC 6266. */
  disposition: string;
}

/** Requests by which browsers and programs bring and fetch objects without passing through the product's own hands. */
export interface Presigner {
  /** For `seconds`, puts exactly `bytes` bytes under the key. */
  upload(key: string, bytes: number, seconds: number): Promise<SignedRequest>;
  /** For `seconds`, gets the object as said, or parts of it. */
  download(key: string, serving: Serving, seconds: number): Promise<SignedRequest>;
}

/** The store cannot be reached, or does not do its work. */
export class StoreAway extends Error {
  constructor(options?: ErrorOptions) {
    super("The file store cannot be reached.", options);
    this.name = "StoreAway";
  }
}

/** The store has no room for what it was given. */
export class StoreFull extends Error {
  constructor(options?: ErrorOptions) {
    super("The file store is full.", options);
    this.name = "StoreFull";
  }
}

/** What of the store stood in the way; undefined for other errors. Told by name: each bundle has classes of its own. */
export function troubleOf(error: unknown): "full" | "away" | undefined {
  const name = error instanceof Error ? error.name : undefined;
  if (name === "StoreFull") return "full";
  return name === "StoreAway" ? "away" : undefined;
}

const KEY = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9.-]*)+$/;

/** Throws for a key that could lie anywhere but in the store. */
export function checkKey(key: string): string {
  if (!KEY.test(key) || key.length > 200 || key.includes("..")) throw new Error(`not a key of the store: ${key}`);
  return key;
}
