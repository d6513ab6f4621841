import { resolve } from "node:path";
import type { Env } from "../config/env";
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
}

/** The route that answers signed requests to files on disk. */
const OBJECT_PATH = "/api/files/object";

/** The bucket when the environment names one, else a directory. */
export function storageOf(environment: Env, clock: Clock): Storage {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: endpoint } = environment;
  if (bucket !== undefined) {
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = environment;
    const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
    const credentials = hasKeys ? { accessKeyId, secretAccessKey } : undefined;
    const store = new S3Store({ bucket, region, endpoint, credentials });
    return { store, links: store, signed: undefined };
  }
  const store = new DiskStore(resolve(environment.FILES_DIR));
  const links = new OwnLinks(environment.AUTH_SECRET, OBJECT_PATH, clock);
  return { store, links, signed: new SignedObjects(store, links) };
}
