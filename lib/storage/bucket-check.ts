import type { Presigner } from "./object-store";

/** How files can be brought and fetched: browsers_refused: the bucket is there, and lets no page of ours put. */
export type FileStoreState = "ok" | "away" | "browsers_refused";

export interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** Milliseconds that the bucket has to answer, and that an answer is believed. */
const ANSWER_MS = 3_000;
const BELIEVED_MS = 60_000;
/** Nothing is ever brought there: it is only asked whether it might be. */
const KEY = "uploads/may-browsers-put";

/** Asks a bucket what a browser asks it before an upload: whether pages of the product's origin may (CORS). */
export class BucketCheck {
  private known: FileStoreState | undefined;
  private asking: Promise<FileStoreState> | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly links: Pick<Presigner, "upload">,
    /** The origin of the product's pages. */
    private readonly origin: string,
    private readonly log: Log,
  ) {}

  /**
   * The state when it was asked last, which is a minute ago at most, or is being asked anew: only the first one is waited
   * for. A change of it is logged, with what to do. Never throws.
   */
  async state(): Promise<FileStoreState> {
    if (performance.now() - this.askedAt > BELIEVED_MS) {
      this.askedAt = performance.now();
      this.asking = this.ask().then((state) => {
        if (state !== (this.known ?? "ok")) this.tell(state);
        this.known = state;
        return state;
      });
    }
    return this.known ?? (await this.asking) ?? "away";
  }

  private async ask(): Promise<FileStoreState> {
    try {
      const { url, method, headers } = await this.links.upload(KEY, 1, BELIEVED_MS / 1_000);
      const asked = {
        origin: this.origin,
        "access-control-request-method": method,
        "access-control-request-headers": Object.keys(headers).join(", "),
      };
      const answer = await fetch(url, { method: "OPTIONS", headers: asked, signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status >= 500) return "away";
      const allowed = answer.headers.get("access-control-allow-origin");
      const methods = answer.headers.get("access-control-allow-methods") ?? "";
      const may = allowed === "*" || allowed === this.origin;
      return may && methods.split(/,\s*/).includes(method) ? "ok" : "browsers_refused";
    } catch {
      // No answer is one: it is told as such.
      return "away";
    }
  }

  private tell(state: FileStoreState): void {
    if (state === "ok") this.log.info({}, "the bucket of files can be reached, by browsers too");
    else if (state === "away") this.log.warn({}, "the bucket of files does not answer");
    else {
      this.log.warn(
        { origin: this.origin, methods: ["GET", "PUT"], headers: ["content-type"] },
        "the bucket lets no browser bring files: its CORS rules must allow this origin, these methods and headers",
      );
    }
  }
}
