import type { TakenExit } from "@/modules/call-queue/domain/queue-exits";
import type { VoiceUrls } from "../domain/voice-urls";
import type { Wording } from "@/modules/call-queue/domain/announcements/wording";
import { apologise, enqueueCaller, hangUp, type QueuePlace } from "./documents";
import { exitDocument, type MessageLine } from "./exits";
import { menuDocument, type MenuWords } from "./menu";
import type { TwimlDocument } from "./verbs";

/** Where a caller stands at the door. */
export type ArrivalPlace =
  | { kind: "menu"; menu: MenuWords }
  | (QueuePlace &
      MessageLine & {
        kind: "placed";
        state: string;
        /** The caller hung up before this was known. */
        ended: boolean;
        exit: TakenExit | null;
      });

/** What a caller hears who has come to the door: a menu, a way out, or the line. */
export function arrivalDocument(urls: VoiceUrls, place: ArrivalPlace | undefined, wording: Wording): TwimlDocument {
  if (!place) return apologise(wording);
  if (place.kind === "menu") return menuDocument(urls, place.menu, 0);
  if (place.ended) return hangUp;
  if (place.exit) return exitDocument(urls, { ...place, exit: place.exit }, wording);
  return enqueueCaller(urls, place, place.state === "waiting" ? undefined : wording.say("back_in_line"));
}
