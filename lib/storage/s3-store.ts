import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { circuitBreaker, BrokenCircuitError, ConsecutiveBreaker, handleWhen } from "cockatiel";
import type { ByteRange } from "../http/byte-range";
import { assertOutsideTransaction } from "../transaction-scope";
import {
  checkKey,
  type FileStore,
  type ListedObject,
  type Presigner,
  type Serving,
  type SignedRequest,
  StoreAway,
  type StoredObject,
  StoreFull,
} from "./object-store";
import type { S3Place } from "./s3-address";

export interface S3Settings extends S3Place {
  /** Without them the SDK looks where Amazon's programs do: environment, profile, the machine's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Milliseconds for a connection, for the head of an answer, and between two pieces of one. */
const CONNECT_MS = 2_000;
const ANSWER_MS = 15_000;
const IDLE_MS = 15_000;
/** Times that one request is made before it counts as failed. */
const ATTEMPTS = 2;
/** Failures in a row after which the store is left alone, and milliseconds until it is tried again. */
const FAILURES = 4;
const REST_MS = 5_000;
/** Bytes of one part of an object that is put without its size being known: the least that S3 allows, with 10,000 parts. */
const PART_BYTES = 8 * 1_048_576;
/** Milliseconds after which nobody puts further parts of an object: a day. */
const UNFINISHED_MS = 86_400_000;

const GONE: readonly unknown[] = ["NoSuchKey", "NotFound"];
const FULL: readonly unknown[] = ["XMinioStorageFull", "QuotaExceeded", "InsufficientStorage"];

interface S3Failure {
  name?: unknown;
  $metadata?: { httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as S3Failure).$metadata?.httpStatusCode;
const isGone = (error: unknown): boolean => GONE.includes((error as S3Failure).name) || statusOf(error) === 404;
/** No answer, or one that says that the server does not work. That it refuses is an answer. */
const isOutage = (error: unknown): boolean => (statusOf(error) ?? 500) >= 500 || statusOf(error) === 429;

/** What breaks off in the midst of an object is an outage like any other. */
async function* telling(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new StoreAway({ cause: error });
  }
}

/** The SDK is loaded with the first request: a process that keeps its files on disk pays nothing for it. */
const loadSdk = async () => ({
  ...(await import("@aws-sdk/client-s3")),
  ...(await import("@aws-sdk/lib-storage")),
  ...(await import("@aws-sdk/s3-request-presigner")),
});

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

/** Objects in one bucket of Amazon S3, or of a server that speaks like it. */
export class S3Store implements FileStore, Presigner {
  private loaded: Promise<{ sdk: Sdk; client: S3Client }> | undefined;
  private readonly breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: REST_MS,
  });

  constructor(
    private readonly settings: S3Settings,
    private readonly timeouts = { connectMs: CONNECT_MS, answerMs: ANSWER_MS, idleMs: IDLE_MS },
  ) {}

  /** Puts an object in parts, since nobody knows beforehand how long it is: two parts are in memory at a time. */
  async put(key: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const object = this.at(key);
    let broken: { error: unknown } | undefined;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        yield* source;
      } catch (error) {
        broken = { error };
        throw error;
      }
    }
    await this.ask(async ({ sdk, client }) => {
      const params = { ...object, Body: Readable.from(watched(), { objectMode: false }) };
      const upload = new sdk.Upload({ client, params, partSize: PART_BYTES, queueSize: 1 });
      try {
        await upload.done();
      } catch (error) {
        // That the source broke off says nothing of the store. A failure of the store ends the source too, afterwards.
        if (error !== broken?.error) throw error;
      }
    });
    if (broken) throw broken.error;
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject | undefined> {
    const object = this.at(key);
    return this.find(async ({ sdk, client }) => {
      const part = range && { Range: `bytes=${range.first}-${range.last}` };
      const { Body, ContentLength, ContentRange } = await client.send(new sdk.GetObjectCommand({ ...object, ...part }));
      const size = ContentRange === undefined ? ContentLength : Number(ContentRange.split("/").at(-1));
      const stream = Readable.toWeb(Readable.from(telling(Body as Readable), { objectMode: false }));
      return { size: size ?? 0, stream: stream as ReadableStream<Uint8Array> };
    });
  }

  async size(key: string): Promise<number | undefined> {
    return this.find(async ({ sdk, client }) => {
      const { ContentLength = 0 } = await client.send(new sdk.HeadObjectCommand(this.at(key)));
      return ContentLength;
    });
  }

  async copy(from: string, to: string): Promise<boolean> {
    const object = { ...this.at(to), CopySource: `${this.settings.bucket}/${checkKey(from)}` };
    const copied = await this.find(({ sdk, client }) => client.send(new sdk.CopyObjectCommand(object)));
    return copied !== undefined;
  }

  async remove(key: string): Promise<void> {
    await this.ask(({ sdk, client }) => client.send(new sdk.DeleteObjectCommand(this.at(key))));
  }

  async list(folder: string, after: string | undefined, limit: number): Promise<ListedObject[]> {
    const { bucket: Bucket } = this.settings;
    const { Contents = [] } = await this.ask(({ sdk, client }) =>
      client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: `${folder}/`, StartAfter: after, MaxKeys: limit })),
    );
    return Contents.flatMap(({ Key, LastModified }) =>
      Key === undefined || LastModified === undefined ? [] : [{ key: Key, at: LastModified }],
    );
  }

  /** Servers that cannot list what is unfinished are expected to remove it by a rule of the bucket. */
  async tidy(): Promise<number> {
    const { bucket: Bucket } = this.settings;
    try {
      const { Uploads = [] } = await this.ask(({ sdk, client }) =>
        client.send(new sdk.ListMultipartUploadsCommand({ Bucket, MaxUploads: 1_000 })),
      );
      const before = Date.now() - UNFINISHED_MS;
      const old = Uploads.filter(({ Initiated }) => (Initiated?.getTime() ?? Infinity) < before);
      for (const { Key, UploadId } of old) {
        await this.ask(({ sdk, client }) =>
          client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
        );
      }
      return old.length;
    } catch (error) {
      if (statusOf((error as Error).cause) === 501) return 0;
      throw error;
    }
  }

  async upload(key: string, bytes: number, seconds: number): Promise<SignedRequest> {
    const { sdk, client } = await this.open();
    const headers = { "content-type": "application/octet-stream" };
    const command = new sdk.PutObjectCommand({
      ...this.at(key),
      ContentLength: bytes,
      ContentType: headers["content-type"],
    });
    // The length is part of what is signed: the store itself refuses any other.
    const signed = new Set(["content-length", "content-type", "host"]);
    const url = await sdk.getSignedUrl(client, command, { expiresIn: seconds, signableHeaders: signed });
    return { method: "PUT", url, headers };
  }

  async download(key: string, { mediaType, disposition }: Serving, seconds: number): Promise<SignedRequest> {
    const { sdk, client } = await this.open();
    const command = new sdk.GetObjectCommand({
      ...this.at(key),
      ResponseContentType: mediaType,
      ResponseContentDisposition: disposition,
      ResponseCacheControl: `private, max-age=${seconds}`,
    });
    return { method: "GET", url: await sdk.getSignedUrl(client, command, { expiresIn: seconds }), headers: {} };
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: checkKey(key) };
  }

  /** As ask(); undefined for what is not there. */
  private async find<T>(request: (open: { sdk: Sdk; client: S3Client }) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.ask(request);
    } catch (error) {
      if (isGone((error as Error).cause ?? error)) return undefined;
      throw error;
    }
  }

  /** Makes one request. Throws StoreAway or StoreFull; while the store does not answer, at once. */
  private async ask<T>(request: (open: { sdk: Sdk; client: S3Client }) => Promise<T>): Promise<T> {
    assertOutsideTransaction("the file store");
    const open = await this.open();
    try {
      return await this.breaker.execute(() => request(open));
    } catch (error) {
      if (FULL.includes((error as S3Failure).name) || statusOf(error) === 507) throw new StoreFull({ cause: error });
      if (error instanceof BrokenCircuitError || isOutage(error)) throw new StoreAway({ cause: error });
      throw error;
    }
  }

  private open(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.loaded ??= loadSdk().then((sdk) => ({ sdk, client: this.clientOf(sdk) }));
    return this.loaded;
  }

  private clientOf(sdk: Sdk): S3Client {
    const { region, endpoint, credentials } = this.settings;
    const { connectMs, answerMs, idleMs } = this.timeouts;
    return new sdk.S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      maxAttempts: ATTEMPTS,
      // Checksums of its own kind in every request are more than many servers that speak S3 understand.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: connectMs,
        requestTimeout: answerMs,
        throwOnRequestTimeout: true,
        socketTimeout: idleMs,
      },
    });
  }
}
