import type { MediaPlane } from "../contract";
import { Conference, type ConferenceCallback, type RecordingPlan } from "./conference";

const MOST_COMPLETED = 2_000;

/** The account's conferences: at most one live one of each name, and the last completed ones. */
export class ConferenceRegistry {
  private readonly bySid = new Map<string, Conference>();
  private readonly media: MediaPlane;

  constructor(media: MediaPlane) {
    this.media = media;
  }

  findBySid(sid: string): Conference | undefined {
    return this.bySid.get(sid);
  }

  findLive(name: string): Conference | undefined {
    return [...this.bySid.values()].find((one) => one.friendlyName === name && one.endReason === null);
  }

  /** The live conference of that name, or a new one, whose callback and recording are then these. */
  findOrCreate(name: string, callback: ConferenceCallback | null, recording: RecordingPlan | null = null): Conference {
    const live = this.findLive(name);
    if (live) return live;
    const conference = new Conference(name, this.media.createMix(name), callback, recording);
    this.bySid.set(conference.sid, conference);
    this.forgetOldest();
    return conference;
  }

  /** Newest first. */
  list(): Conference[] {
    return [...this.bySid.values()].reverse();
  }

  clear(): void {
    this.bySid.clear();
  }

  private forgetOldest(): void {
    for (const one of this.bySid.values()) {
      if (this.bySid.size <= MOST_COMPLETED) return;
      if (one.status === "completed") this.bySid.delete(one.sid);
    }
  }
}
