import { CarrierError } from "../domain/carrier";
import type { CarrierMessage, CarrierRecording, CarrierRecordings, RecordedAt } from "../domain/carrier-recordings";
import type { CarrierCircuit } from "./carrier-circuit";
import { TwilioAccess, type TwilioSettings } from "./twilio-access";

/** What Twilio calls the recording that goes on. */
const CURRENT = "Twilio.CURRENT";
/** Recordings of one call that are looked at; a message is one, and a call has one message. */
const MOST_OF_A_CALL = 20;

/** Recorded sound at Twilio. */
export class TwilioRecordings implements CarrierRecordings {
  private readonly access: TwilioAccess;

  constructor(settings: TwilioSettings, circuit?: CarrierCircuit) {
    this.access = new TwilioAccess(settings, circuit);
  }

  async setPaused(at: RecordedAt, paused: boolean): Promise<void> {
    const change = paused
      ? ({ status: "paused", pauseBehavior: "silence" } as const)
      : ({ status: "in-progress" } as const);
    if ("callSid" in at) {
      await this.access.ask(async (client) => client.calls(at.callSid).recordings(CURRENT).update(change));
      return;
    }
    const [sid] = await this.access.ask(async (client) => {
      const live = await client.conferences.list({ friendlyName: at.conference, status: "in-progress", limit: 1 });
      return live.map((conference) => conference.sid);
    });
    if (sid === undefined) throw new CarrierError("gone", "The conference is not in progress.", undefined);
    await this.access.ask(async (client) => client.conferences(sid).recordings(CURRENT).update(change));
  }

  async newest(at: RecordedAt): Promise<CarrierRecording | undefined> {
    if ("callSid" in at) {
      const [recording] = await this.access.ask(async (client) =>
        client.calls(at.callSid).recordings.list({ limit: 1, pageSize: 1 }),
      );
      return recording && found(recording, null);
    }
    const conferences = await this.access.ask(async (client) =>
      client.conferences.list({ friendlyName: at.conference, limit: 1 }),
    );
    const sid = conferences[0]?.sid;
    if (sid === undefined) return undefined;
    const recordings = await this.access.ask(async (client) =>
      client.conferences(sid).recordings.list({ limit: 1, pageSize: 1 }),
    );
    const recording = recordings[0];
    return recording && found(recording, sid);
  }

  async messagesOf(callSid: string): Promise<CarrierMessage[]> {
    try {
      const recordings = await this.access.ask(async (client) =>
        client.calls(callSid).recordings.list({ limit: MOST_OF_A_CALL, pageSize: MOST_OF_A_CALL }),
      );
      return recordings
        .filter(({ source }) => source === "RecordVerb")
        .map(({ sid, uri, status, duration }) => ({
          recordingSid: sid,
          url: uri.replace(/\.json$/, ""),
          durationSeconds: Math.round(Number(duration) || 0),
          isOver: status === "completed" || status === "absent",
        }));
    } catch (error) {
      // No such call (any more): nobody can say what was left on it.
      if (error instanceof CarrierError && error.failure === "gone") return [];
      throw error;
    }
  }

  async transcriptionOf(recordingSid: string): Promise<{ text: string | null } | undefined> {
    const newest = await this.newestTranscription(recordingSid);
    if (newest === undefined || newest.status === "in-progress") return undefined;
    const text = newest.status === "completed" ? newest.transcriptionText.trim() : "";
    return { text: text === "" ? null : text };
  }

  private async newestTranscription(recordingSid: string) {
    try {
      const [newest] = await this.access.ask(async (client) =>
        client.recordings(recordingSid).transcriptions.list({ limit: 1, pageSize: 1 }),
      );
      return newest;
    } catch (error) {
      // No such recording (any more): there is nothing to write down.
      if (error instanceof CarrierError && error.failure === "gone") return undefined;
      throw error;
    }
  }

  async remove(recordingSid: string): Promise<void> {
    await this.access.ask(async (client) => client.recordings(recordingSid).remove());
  }

  async sound(recordingSid: string, range: string | undefined): Promise<Response> {
    return this.access.fetch(
      `/Recordings/${encodeURIComponent(recordingSid)}.wav`,
      range === undefined ? {} : { range },
    );
  }
}

const found = (
  { sid, status, duration }: { sid: string; status: string; duration: string },
  conferenceSid: string | null,
): CarrierRecording => ({
  recordingSid: sid,
  conferenceSid,
  status: STATUSES[status] ?? "in-progress",
  durationSeconds: Number(duration) || null,
});

/** The carrier's words; one that is stopped or being processed is as good as going on: it will be completed. */
const STATUSES: Partial<Record<string, CarrierRecording["status"]>> = {
  paused: "paused",
  completed: "completed",
  absent: "absent",
};
