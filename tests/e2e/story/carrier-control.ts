import { z } from "zod";

const callSchema = z.looseObject({
  callSid: z.string(),
  state: z.enum(["ringing", "in_queue", "in_conference", "in_progress", "ended"]),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  heard: z.array(z.string()),
  levels: z.object({ heard: z.number(), said: z.number() }).nullable(),
});
export type CarrierCall = z.infer<typeof callSchema>;

/** The local carrier's control API: what the carrier itself knows of the calls. */
export class CarrierControl {
  constructor(private readonly carrier: () => string) {}

  async calls(): Promise<CarrierCall[]> {
    const response = await fetch(`${this.carrier()}/_control/calls`);
    return z.object({ calls: z.array(callSchema) }).parse(await response.json()).calls;
  }

  /** The call that is up from a number; undefined when there is none. */
  async callFrom(from: string): Promise<CarrierCall | undefined> {
    return (await this.calls()).find((call) => call.from === from && call.state !== "ended");
  }

  /** Dials in as a scripted caller, who hears and says nothing. */
  async dial(from: string): Promise<string> {
    const response = await fetch(`${this.carrier()}/_control/calls`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from }),
    });
    return z.object({ callSid: z.string() }).parse(await response.json()).callSid;
  }

  async read(callSid: string): Promise<CarrierCall> {
    return callSchema.parse(await (await fetch(`${this.carrier()}/_control/calls/${callSid}`)).json());
  }

  async hangUp(callSid: string): Promise<void> {
    await fetch(`${this.carrier()}/_control/calls/${callSid}`, { method: "DELETE" });
  }

  /** What goes wrong at the carrier from now on; see its README. */
  async faults(faults: object): Promise<void> {
    await fetch(`${this.carrier()}/_control/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(faults),
    });
  }

  async hangUpAll(): Promise<void> {
    const open = (await this.calls()).filter((call) => call.state !== "ended");
    await Promise.all(open.map((call) => this.hangUp(call.callSid)));
  }
}
