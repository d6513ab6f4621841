import { newId } from "@/lib/ids";
import type { CarrierStatus } from "@/modules/call-queue/domain/call-status";
import {
  CarrierError,
  type AgentRing,
  type CarrierPort,
  type OutsideCall,
  type ParticipantChange,
} from "@/modules/twilio-voice/domain/carrier";

const FINAL: ReadonlySet<CarrierStatus> = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);

/**
 * A carrier on paper: it knows how its legs stand and nothing else. The test says what happens to them, and delivers
 * the callbacks in whatever order it likes.
 */
export class PaperCarrier implements CarrierPort {
  readonly legs = new Map<string, CarrierStatus>();
  readonly conferences = new Map<string, Set<string>>();
  readonly rings: { callSid: string; ring: AgentRing }[] = [];
  readonly dialled: { callSid: string; to: string }[] = [];
  readonly changed: { callSid: string; change: ParticipantChange }[] = [];
  readonly redirected: string[] = [];
  readonly moved: string[] = [];

  leg(status: CarrierStatus): string {
    const callSid = `CA${newId().replaceAll("-", "")}`;
    this.legs.set(callSid, status);
    return callSid;
  }

  /** The leg is over, and out of whatever it was in. */
  end(callSid: string, status: CarrierStatus = "completed"): void {
    this.legs.set(callSid, status);
    for (const members of this.conferences.values()) members.delete(callSid);
  }

  join(conferenceName: string, callSid: string): void {
    const members = this.conferences.get(conferenceName) ?? new Set();
    this.conferences.set(conferenceName, members.add(callSid));
  }

  ringAgent(ring: AgentRing): Promise<{ callSid: string }> {
    const callSid = this.leg("queued");
    this.rings.push({ callSid, ring });
    return Promise.resolve({ callSid });
  }

  findRings(ring: AgentRing): Promise<string[]> {
    return Promise.resolve(this.rings.filter((one) => one.ring.url === ring.url).map((one) => one.callSid));
  }

  moveQueueMember(_queueSid: string, callSid: string): Promise<void> {
    return this.whileAlive(callSid, () => this.moved.push(callSid));
  }

  redirectCall(callSid: string): Promise<void> {
    return this.whileAlive(callSid, () => this.redirected.push(callSid));
  }

  endCall(callSid: string): Promise<void> {
    return this.whileAlive(callSid, () => this.end(callSid));
  }

  dial({ to }: OutsideCall): Promise<{ callSid: string }> {
    const callSid = this.leg("queued");
    this.dialled.push({ callSid, to });
    return Promise.resolve({ callSid });
  }

  findDials(to: string): Promise<string[]> {
    return Promise.resolve(this.dialled.filter((one) => one.to === to).map((one) => one.callSid));
  }

  updateParticipant(conferenceName: string, callSid: string, change: ParticipantChange): Promise<void> {
    if (!this.conferences.get(conferenceName)?.has(callSid)) {
      return Promise.reject(new CarrierError("gone", "There is no such participant.", 20_404));
    }
    this.changed.push({ callSid, change });
    return Promise.resolve();
  }

  callStatus(callSid: string): Promise<CarrierStatus | undefined> {
    return Promise.resolve(this.legs.get(callSid));
  }

  isInConference(conferenceName: string, callSid: string): Promise<boolean> {
    return Promise.resolve(this.conferences.get(conferenceName)?.has(callSid) ?? false);
  }

  private whileAlive(callSid: string, act: () => void): Promise<void> {
    const status = this.legs.get(callSid);
    if (status === undefined || FINAL.has(status)) {
      return Promise.reject(new CarrierError("gone", "The call is over.", 21_220));
    }
    act();
    return Promise.resolve();
  }
}
