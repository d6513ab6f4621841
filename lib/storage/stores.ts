import { resolve } from "node:path";
import type { Env } from "../config/env";
import { BucketCheck, type Log } from "./bucket-check";
import { DiskStore } from "./disk-store";
import type { FileStore, Presigner } from "./object-store";
import { type Clock, OwnLinks } from "./own-links";
import { S3Store } from "./s3-store";
import { SignedObjects } from "./signed-objects";

/** Where this installation keeps its files. */
export interface Storage {
  store: FileStore;
  links: Presigner;
  /** Answers signed requests where the store has no server of its own. */
  signed: SignedObjects | undefined;
  /** Whether browsers can bring and fetch files, where that is for another server to say. */
  check: BucketCheck | undefined;
}

/** The route that answers signed requests to files on disk. */
const OBJECT_PATH = "/api/files/object";

/** The bucket when the environment names one, else a directory. */
export function storageOf(environment: Env, clock: Clock, log: Log): Storage {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: endpoint } = environment;
  if (bucket !== undefined) {
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = environment;
    const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
    const credentials = hasKeys ? { accessKeyId, secretAccessKey } : undefined;
    const store = new S3Store({ bucket, region, endpoint, credentials });
    const check = new BucketCheck(store, new URL(environment.PUBLIC_BASE_URL).origin, log);
    return { store, links: store, signed: undefined, check };
  }
  const store = new DiskStore(resolve(environment.FILES_DIR));
  const links = new OwnLinks(environment.AUTH_SECRET, OBJECT_PATH, clock);
  return { store, links, signed: new SignedObjects(store, links), check: undefined };
}
