import type { TakenExit } from "@/modules/call-queue/domain/queue-exits";
import type { VoiceUrls } from "../domain/voice-urls";
import { apologise, BACK_IN_LINE, enqueueCaller, hangUp, type QueuePlace } from "./documents";
import { exitDocument } from "./exits";
import { menuDocument, type MenuWords } from "./menu";
import type { TwimlDocument } from "./verbs";

/** Where a caller stands at the door. */
export type ArrivalPlace =
  | { kind: "menu"; menu: MenuWords }
  | (QueuePlace & {
      kind: "placed";
      state: string;
      /** The caller hung up before this was known. */
      ended: boolean;
      exit: TakenExit | null;
    });

/** What a caller hears who has come to the door: a menu, a way out, or the line. */
export function arrivalDocument(urls: VoiceUrls, place: ArrivalPlace | undefined): TwimlDocument {
  if (!place) return apologise("en-US");
  if (place.kind === "menu") return menuDocument(urls, place.menu, 0);
  if (place.ended) return hangUp;
  if (place.exit) return exitDocument(urls, { ...place, exit: place.exit });
  return enqueueCaller(urls, place, place.state === "waiting" ? undefined : BACK_IN_LINE);
}
