import { CarrierError } from "../domain/carrier";
import type { CarrierRecording, CarrierRecordings } from "../domain/carrier-recordings";
import type { CarrierCircuit } from "./carrier-circuit";
import { TwilioAccess, type TwilioSettings } from "./twilio-access";

/** What Twilio calls the recording that goes on. */
const CURRENT = "Twilio.CURRENT";

/** Recorded sound at Twilio. */
export class TwilioRecordings implements CarrierRecordings {
  private readonly access: TwilioAccess;

  constructor(settings: TwilioSettings, circuit?: CarrierCircuit) {
    this.access = new TwilioAccess(settings, circuit);
  }

  async setPaused(conferenceName: string, paused: boolean): Promise<void> {
    const [sid] = await this.access.ask(async (client) => {
      const live = await client.conferences.list({ friendlyName: conferenceName, status: "in-progress", limit: 1 });
      return live.map((conference) => conference.sid);
    });
    if (sid === undefined) throw new CarrierError("gone", "The conference is not in progress.", undefined);
    await this.access.ask(async (client) =>
      client
        .conferences(sid)
        .recordings(CURRENT)
        .update(paused ? { status: "paused", pauseBehavior: "silence" } : { status: "in-progress" }),
    );
  }

  async ofConference(conferenceName: string): Promise<CarrierRecording | undefined> {
    const conferences = await this.access.ask(async (client) =>
      client.conferences.list({ friendlyName: conferenceName, limit: 1 }),
    );
    const sid = conferences[0]?.sid;
    if (sid === undefined) return undefined;
    const recordings = await this.access.ask(async (client) =>
      client.conferences(sid).recordings.list({ limit: 1, pageSize: 1 }),
    );
    const recording = recordings[0];
    if (recording === undefined) return undefined;
    return {
      recordingSid: recording.sid,
      conferenceSid: sid,
      status: STATUSES[recording.status] ?? "in-progress",
      durationSeconds: Number(recording.duration) || null,
    };
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

/** The carrier's words; one that is stopped or being processed is as good as going on: it will be completed. */
const STATUSES: Partial<Record<string, CarrierRecording["status"]>> = {
  paused: "paused",
  completed: "completed",
  absent: "absent",
};
