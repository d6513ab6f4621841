/** An object as it lies in the store. */
export interface StoredObject {
  /** Bytes. */
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
  /** The object; undefined when there is none. */
  get(key: string): Promise<StoredObject | undefined>;
  /** Removes the object; one that is not there is as good as removed. */
  remove(key: string): Promise<void>;
  /** Removes what somebody began to put more than a day ago and never ended: its process died. Answers how many. */
  tidy(): Promise<number>;
}

/** The store has no room for what it was given. */
export class StoreFull extends Error {
  constructor(options?: ErrorOptions) {
    super("The file store is full.", options);
    this.name = "StoreFull";
  }
}

const KEY = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9.-]*)+$/;

/** Throws for a key that could lie anywhere but in the store. */
export function checkKey(key: string): string {
  if (!KEY.test(key) || key.length > 200 || key.includes("..")) throw new Error(`not a key of the store: ${key}`);
  return key;
}
