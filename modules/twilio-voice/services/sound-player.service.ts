import { AppError } from "@/lib/errors";
import { partOf, rangeOf } from "@/lib/http/byte-range";
import type { Principal } from "@/lib/principal";
import type { RecordedSoundService } from "@/modules/call-queue/services/recorded-sound.service";
import { CarrierError } from "../domain/carrier";
import type { CarrierRecordings } from "../domain/carrier-recordings";

const HEADERS = {
  "accept-ranges": "bytes",
  "cache-control": "private, no-store",
  "content-disposition": "inline",
  "x-content-type-options": "nosniff",
};

/** Gives recorded sound to listeners, part by part, from the carrier's hands and never by the carrier's address. */
export class SoundPlayer {
  constructor(
    private readonly sounds: Pick<RecordedSoundService, "listen">,
    private readonly carrier: Pick<CarrierRecordings, "sound">,
  ) {}

  /**
   * The sound, or the part that the request's Range header asks for: 200, 206 or 416. Throws what listen() does, 404
   * when the carrier has it no more, 503 carrier_away when it cannot be asked.
   */
  async play(
    principal: Principal,
    kind: "recording" | "voicemail",
    id: string,
    request: { range: string | null; requestId: string },
  ): Promise<Response> {
    const { range, requestId } = request;
    const fromStart = range === null || range.trim().startsWith("bytes=0-");
    const recordingSid = await this.sounds.listen(principal, kind, id, { fromStart, requestId });
    const given = await this.fetch(recordingSid, range);
    const type = given.headers.get("content-type") ?? "audio/wav";
    const headers = { ...HEADERS, "content-type": type === "audio/x-wav" ? "audio/wav" : type };
    const [length, part] = [given.headers.get("content-length"), given.headers.get("content-range")];
    if (given.status === 206 && part !== null) {
      return new Response(given.body, {
        status: 206,
        headers: { ...headers, "content-range": part, ...(length === null ? {} : { "content-length": length }) },
      });
    }
    // A carrier that gives the whole only: the part is taken out of it here.
    const size = Number(length);
    const wanted = given.body === null || !(size > 0) ? "whole" : rangeOf(range, size);
    if (wanted === "whole" || given.body === null) {
      return new Response(given.body, {
        headers: { ...headers, ...(length === null ? {} : { "content-length": length }) },
      });
    }
    if (wanted === undefined) {
      await given.body.cancel();
      return new Response(null, { status: 416, headers: { ...HEADERS, "content-range": `bytes */${size}` } });
    }
    const { first, last } = wanted;
    return new Response(partOf(given.body, wanted), {
      status: 206,
      headers: {
        ...headers,
        "content-range": `bytes ${first}-${last}/${size}`,
        "content-length": String(last - first + 1),
      },
    });
  }

  private async fetch(recordingSid: string, range: string | null): Promise<Response> {
    try {
      return await this.carrier.sound(recordingSid, range ?? undefined);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      if (error.failure === "gone")
        throw new AppError(404, "sound_gone", "The carrier does not have this sound any more.");
      throw new AppError(503, "carrier_away", "The carrier does not answer. Try again in a moment.", {}, 10);
    }
  }
}
