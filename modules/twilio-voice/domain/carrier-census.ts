/** A leg to a softphone that is up at the carrier. */
export interface SoftphoneLeg {
  callSid: string;
  /** The offer it was rung for, where the carrier keeps the address's parameters. */
  offerId: string | undefined;
}

export interface QueueMember {
  callSid: string;
  /** The name of the carrier's queue: our queue's key. */
  queue: string;
}

/** What is up at the carrier now, to be compared with our rows; bounded, and so perhaps not all of it. */
export interface CarrierCensus {
  softphoneLegs(limit: number): Promise<SoftphoneLeg[]>;
  /** Callers in queues of these names. */
  queueMembers(queues: ReadonlySet<string>, limit: number): Promise<QueueMember[]>;
}
