import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";

/** Where a page ended: the sort value (null when the row has none) and the id that breaks ties. */
export interface Position {
  value: string | null;
  id: string;
}

/** Where a page of leads ended, and the total that the first page told: the pages after it do not count again. */
export interface LeadPlace {
  /** What the leads are ordered by, of the last lead of the page; null when it has no value there. */
  values: string[] | null;
  id: string;
  total: number;
  isEstimate: boolean;
}

export const positionOf = ({ id, ...rest }: LeadPlace): Position => ({ id, value: JSON.stringify(rest) });
/** The inverse of positionOf, for positions that a CursorCodec has found to be its own. */
export const placeAt = ({ id, value }: Position): LeadPlace => ({
  id,
  ...(JSON.parse(value ?? "{}") as Omit<LeadPlace, "id">),
});

const TAG_BYTES = 12;

/**
 * Page cursors that only this installation can make. A cursor is bound to `purpose` (the list and its order), so that
 * one list's cursor is not taken for another's; an edited or foreign one is refused with 400 invalid_cursor.
 */
export class CursorCodec {
  constructor(private readonly secret: string) {}

  encode(purpose: string, position: Position): string {
    const payload = Buffer.from(JSON.stringify([position.value, position.id]));
    return Buffer.concat([this.tag(purpose, payload), payload]).toString("base64url");
  }

  decode(purpose: string, cursor: string): Position {
    const bytes = Buffer.from(cursor, "base64url");
    const payload = bytes.subarray(TAG_BYTES);
    const canonical = bytes.toString("base64url") === cursor;
    if (
      !canonical ||
      payload.length === 0 ||
      !timingSafeEqual(bytes.subarray(0, TAG_BYTES), this.tag(purpose, payload))
    ) {
      throw new AppError(400, "invalid_cursor", "This cursor is not one of this list's. Begin again without a cursor.");
    }
    const [value, id] = JSON.parse(payload.toString()) as [string | null, string];
    return { value, id };
  }

  private tag(purpose: string, payload: Buffer): Buffer {
    return createHmac("sha256", this.secret)
      .update(`cursor\n${purpose}\n`)
      .update(payload)
      .digest()
      .subarray(0, TAG_BYTES);
  }
}
