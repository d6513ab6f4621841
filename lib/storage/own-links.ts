import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../errors";
import { checkKey, type Presigner, type Serving, type SignedRequest } from "./object-store";

/** What a signed request may do. */
export type ObjectRight =
  { does: "upload"; key: string; bytes: number } | { does: "download"; key: string; serving: Serving };

/** The database's time. */
export type Clock = () => Promise<Date>;

/** Signed requests to a route of the product's own, for a store that has no server of its own. */
export class OwnLinks implements Presigner {
  constructor(
    private readonly secret: string,
    private readonly path: string,
    private readonly clock: Clock,
  ) {}

  async upload(key: string, bytes: number, seconds: number): Promise<SignedRequest> {
    const url = await this.sign({ does: "upload", key: checkKey(key), bytes }, seconds);
    return { method: "PUT", url, headers: { "content-type": "application/octet-stream" } };
  }

  async download(key: string, serving: Serving, seconds: number): Promise<SignedRequest> {
    const url = await this.sign({ does: "download", key: checkKey(key), serving }, seconds);
    return { method: "GET", url, headers: {} };
  }

  /** The right that a token gives. Throws 403 link_not_valid for one that was not made here, and one that has run out. */
  async read<D extends ObjectRight["does"]>(token: string, does: D): Promise<Extract<ObjectRight, { does: D }>> {
    const [given = "", tag = ""] = token.split(".");
    const payload = Buffer.from(given, "base64url");
    const [own, theirs] = [this.tag(payload), Buffer.from(tag, "base64url")];
    if (own.length !== theirs.length || !timingSafeEqual(own, theirs)) throw notValid();
    const { until, right } = JSON.parse(payload.toString()) as { until: number; right: ObjectRight };
    if (right.does !== does || (await this.clock()).getTime() > until) throw notValid();
    return right as Extract<ObjectRight, { does: D }>;
  }

  private async sign(right: ObjectRight, seconds: number): Promise<string> {
    const until = (await this.clock()).getTime() + seconds * 1_000;
    const payload = Buffer.from(JSON.stringify({ until, right }));
    return `${this.path}?token=${payload.toString("base64url")}.${this.tag(payload).toString("base64url")}`;
  }

  private tag(payload: Buffer): Buffer {
    return createHmac("sha256", this.secret).update("object\n").update(payload).digest();
  }
}

const notValid = (): AppError =>
  new AppError(403, "link_not_valid", "This link is not valid, or not any more. Ask for a new one where it came from.");
