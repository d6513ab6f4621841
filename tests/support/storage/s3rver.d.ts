declare module "@20minutes/s3rver" {
  import type { Server } from "node:http";
  import type { AddressInfo } from "node:net";

  export interface Store {
    listObjects(...given: unknown[]): Promise<object>;
  }

  /** Koa's. */
  export type Middleware = (
    ctx: { path: string; app: object; store: Store },
    next: () => Promise<void>,
  ) => Promise<void>;

  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      configureBuckets: { name: string; configs: (string | Buffer)[] }[];
    });
    readonly middleware: Middleware[];
    readonly store: Store;
    readonly logger: { silent: boolean };
    /** While it runs. */
    readonly httpServer?: Server;
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
