import { readCarrierStatus, isFinalStatus } from "@/modules/call-queue/domain/call-status";
import type { CarrierCircuit } from "./carrier-circuit";
import type { CarrierCensus, QueueMember, SoftphoneLeg } from "../domain/carrier-census";
import {
  CarrierError,
  type AgentRing,
  type CarrierPort,
  type Detection,
  type OutsideCall,
  type ParticipantChange,
} from "../domain/carrier";
import { TwilioAccess, type TwilioSettings } from "./twilio-access";

/** Queues that one census looks at. */
const MOST_QUEUES = 200;
const LIVE = ["queued", "ringing", "in-progress"] as const;
const CALL_EVENTS = ["initiated", "ringing", "answered", "completed"];
/** That an agent's leg was answered, its own request for a document says; and that it was begun, the order's answer. */
const RING_EVENTS = ["ringing", "completed"];

/** The carrier through Twilio's REST API. */
export class TwilioCarrier implements CarrierPort, CarrierCensus {
  private readonly access: TwilioAccess;

  constructor(
    private readonly settings: TwilioSettings,
    circuit?: CarrierCircuit,
  ) {
    this.access = new TwilioAccess(settings, circuit);
  }

  async ringAgent(ring: AgentRing): Promise<{ callSid: string }> {
    const call = await this.access.ask(async (client) =>
      client.calls.create({
        to: clientAddress(ring),
        from: this.settings.callerNumber,
        url: ring.url,
        method: "POST",
        statusCallback: ring.statusUrl,
        statusCallbackMethod: "POST",
        statusCallbackEvent: RING_EVENTS,
        timeout: ring.timeoutSeconds,
      }),
    );
    return { callSid: call.sid };
  }

  async findRings(ring: AgentRing): Promise<string[]> {
    // The parameters hold the offer's id: a leg with all of them is this offer's. A carrier that drops them from the
    // number it keeps is asked for the bare identity.
    const addresses = [clientAddress(ring), `client:${ring.identity}`];
    for (const to of addresses) {
      const live = await this.findLive(to);
      if (live.length > 0) return live;
    }
    return [];
  }

  async moveQueueMember(queueSid: string, callSid: string, url: string): Promise<void> {
    await this.access.ask(async (client) => client.queues(queueSid).members(callSid).update({ url, method: "POST" }));
  }

  async redirectCall(callSid: string, url: string): Promise<void> {
    await this.access.ask(async (client) => client.calls(callSid).update({ url, method: "POST" }));
  }

  async endCall(callSid: string): Promise<void> {
    await this.access.ask(async (client) => client.calls(callSid).update({ status: "completed" }));
  }

  async callStatus(callSid: string): Promise<ReturnType<typeof readCarrierStatus>> {
    try {
      const call = await this.access.ask(async (client) => client.calls(callSid).fetch());
      return readCarrierStatus(call.status);
    } catch (error) {
      if (error instanceof CarrierError && error.failure === "gone") return undefined;
      throw error;
    }
  }

  async dial({ to, from, url, statusUrl, timeoutSeconds, detection }: OutsideCall): Promise<{ callSid: string }> {
    const call = await this.access.ask(async (client) =>
      client.calls.create({
        to,
        from,
        url,
        method: "POST",
        statusCallback: statusUrl,
        statusCallbackMethod: "POST",
        statusCallbackEvent: CALL_EVENTS,
        timeout: timeoutSeconds,
        ...(detection === undefined ? {} : listening(detection)),
      }),
    );
    return { callSid: call.sid };
  }

  async findDials(to: string): Promise<string[]> {
    return this.findLive(to);
  }

  async updateParticipant(conferenceName: string, callSid: string, change: ParticipantChange): Promise<void> {
    const sid = await this.findConference(conferenceName);
    if (sid === undefined) throw new CarrierError("gone", "The conference is not in progress.", undefined);
    const { holdUrl, muted, coaches } = change;
    await this.access.ask(async (client) =>
      client
        .conferences(sid)
        .participants(callSid)
        .update({
          ...(holdUrl === undefined ? {} : { hold: holdUrl !== null }),
          ...(typeof holdUrl === "string" ? { holdUrl, holdMethod: "POST" } : {}),
          ...(muted === undefined ? {} : { muted }),
          ...(coaches === undefined ? {} : { coaching: coaches !== null }),
          ...(typeof coaches === "string" ? { callSidToCoach: coaches } : {}),
        }),
    );
  }

  async isInConference(conferenceName: string, callSid: string): Promise<boolean> {
    const sid = await this.findConference(conferenceName);
    if (sid === undefined) return false;
    try {
      await this.access.ask(async (client) => client.conferences(sid).participants(callSid).fetch());
      return true;
    } catch (error) {
      if (error instanceof CarrierError && error.failure === "gone") return false;
      throw error;
    }
  }

  async softphoneLegs(limit: number): Promise<SoftphoneLeg[]> {
    const lists = await Promise.all(
      LIVE.map((status) => this.access.ask(async (client) => client.calls.list({ status, limit, pageSize: limit }))),
    );
    return lists
      .flat()
      .filter((call) => call.to.startsWith("client:"))
      .map((call) => ({ callSid: call.sid, offerId: offerIn(call.to) }));
  }

  async queueMembers(names: ReadonlySet<string>, limit: number): Promise<QueueMember[]> {
    const queues = await this.access.ask(async (client) => client.queues.list({ limit: MOST_QUEUES }));
    const members: QueueMember[] = [];
    for (const { sid, friendlyName, currentSize } of queues) {
      if (currentSize === 0 || !names.has(friendlyName) || members.length >= limit) continue;
      const room = limit - members.length;
      const page = await this.access.ask(async (client) =>
        client.queues(sid).members.list({ limit: room, pageSize: room }),
      );
      members.push(...page.map(({ callSid }) => ({ callSid, queue: friendlyName })));
    }
    return members;
  }

  private async findLive(to: string): Promise<string[]> {
    const calls = await this.access.ask(async (client) => client.calls.list({ to, limit: 20 }));
    const live = calls.filter((call) => {
      const status = readCarrierStatus(call.status);
      return status !== undefined && !isFinalStatus(status);
    });
    return live.map((call) => call.sid);
  }

  private async findConference(name: string): Promise<string | undefined> {
    const conferences = await this.access.ask(async (client) =>
      client.conferences.list({ friendlyName: name, status: "in-progress", limit: 1 }),
    );
    return conferences[0]?.sid;
  }
}

/** Answering machine detection in Twilio's words. */
const listening = ({ mode, resultUrl }: Detection) => ({
  machineDetection: mode === "at_the_tone" ? "DetectMessageEnd" : "Enable",
  ...(resultUrl === undefined
    ? {}
    : { asyncAmd: "true", asyncAmdStatusCallback: resultUrl, asyncAmdStatusCallbackMethod: "POST" }),
});

/** The offer that a softphone's address names among its parameters. */
function offerIn(address: string): string | undefined {
  const start = address.indexOf("?");
  return start < 0 ? undefined : (new URLSearchParams(address.slice(start + 1)).get("offerId") ?? undefined);
}

function clientAddress(ring: AgentRing): string {
  return `client:${ring.identity}?${new URLSearchParams(ring.parameters).toString()}`;
}
