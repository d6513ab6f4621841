/** Status callbacks are tried four times: on failures to connect or to answer, and on 5xx (RFC: Twilio's connection overrides). */
const RETRIES = "#rc=3&rp=ct,rt,5xx";

/** Every address of this product that the carrier is told, in one place. */
export class VoiceUrls {
  private readonly webhooks: string;

  constructor(private readonly publicBaseUrl: string) {
    this.webhooks = `${publicBaseUrl}/api/webhooks/twilio`;
  }

  /** Where calls are announced. */
  voice(): string {
    return `${this.webhooks}/voice`;
  }

  holdMusicTick(entryId: string): string {
    return `${this.webhooks}/queue-hold-music?entry=${entryId}`;
  }

  /** `attempt` counts how often the carrier's queue failed for this caller. */
  queueHandler(entryId: string, attempt: number): string {
    return `${this.webhooks}/queue-handler?entry=${entryId}${attempt > 0 ? `&attempt=${attempt}` : ""}`;
  }

  /** The caller's way into the conference of an offer. */
  callerConnect(offerId: string): string {
    return `${this.webhooks}/caller-leg?step=connect&offer=${offerId}`;
  }

  /** The customer's way into the conference of a call out. */
  customerConnect(callId: string, offerId: string): string {
    return `${this.callerConnect(offerId)}&call=${callId}`;
  }

  customerStatus(callId: string): string {
    return `${this.webhooks}/status?call=${callId}${RETRIES}`;
  }

  /** Where the caller's leg goes when the conference is over. */
  callerAfter(offerId: string): string {
    return `${this.webhooks}/caller-leg?step=after&offer=${offerId}`;
  }

  callerRequeue(attempt = 0): string {
    return `${this.webhooks}/caller-leg?step=requeue${attempt > 0 ? `&attempt=${attempt}` : ""}`;
  }

  /** A menu's answer; `attempt` counts how often its prompt was repeated. */
  menu(menuId: string, attempt: number): string {
    return `${this.webhooks}/menu?menu=${menuId}&attempt=${attempt}`;
  }

  voicemailRecorded(entryId: string, transcribed: boolean): string {
    return `${this.voicemail(entryId, transcribed)}&callback=recording${RETRIES}`;
  }

  /** What was said in a message, in words. */
  transcription(): string {
    return `${this.webhooks}/transcription${RETRIES}`;
  }

  /** Where a caller's leg goes after an outside number. */
  outsideNumber(entryId: string): string {
    return `${this.webhooks}/outside-number?entry=${entryId}`;
  }

  agentLeg(offerId: string): string {
    return `${this.webhooks}/agent-leg?offer=${offerId}`;
  }

  agentLegStatus(offerId: string): string {
    return `${this.webhooks}/agent-leg?offer=${offerId}&callback=status${RETRIES}`;
  }

  /** The document of somebody who was rung into a conversation. */
  participant(participantId: string): string {
    return `${this.webhooks}/participant?participant=${participantId}`;
  }

  participantStatus(participantId: string): string {
    return `${this.webhooks}/participant?participant=${participantId}&callback=status${RETRIES}`;
  }

  /** The document of a customer who is called back. */
  callbackLeg(entryId: string, offerId: string): string {
    return `${this.webhooks}/callback-leg?entry=${entryId}&offer=${offerId}`;
  }

  callbackLegStatus(entryId: string, offerId: string): string {
    return `${this.webhooks}/callback-leg?entry=${entryId}&offer=${offerId}&callback=status${RETRIES}`;
  }

  /** Where a waiting caller's answer to the offer of a callback goes. */
  callbackAnswer(entryId: string): string {
    return `${this.webhooks}/queue-hold-music?entry=${entryId}&answer=callback`;
  }

  /** Who answered a call out, as soon as the carrier knows. */
  answeredBy(callId: string): string {
    return `${this.webhooks}/answering-machine?call=${callId}${RETRIES}`;
  }

  /** What a leg says that a machine has answered. */
  machineMessage(): string {
    return `${this.webhooks}/answering-machine?step=message`;
  }

  /** The question after a call; with an attempt, its answer. */
  rating(attempt?: number): string {
    return `${this.webhooks}/rating${attempt === undefined ? "" : `?attempt=${attempt}`}`;
  }

  /** What somebody on hold hears. */
  onHold(): string {
    return `${this.webhooks}/hold`;
  }

  /** The legacy flow: the document of an agent's leg that has answered. */
  legacyLeg(offerId: string): string {
    return `${this.webhooks}/legacy-leg?offer=${offerId}`;
  }

  legacyLegStatus(offerId: string): string {
    return `${this.webhooks}/legacy-leg?offer=${offerId}&callback=status${RETRIES}`;
  }

  /** The legacy flow: where the caller's line goes when ringing the agent is over. */
  legacyDial(entryId: string, offerId: string): string {
    return `${this.webhooks}/legacy-dial?entry=${entryId}&offer=${offerId}`;
  }

  /** Where a caller's line goes when a message was left; `transcribed`: the carrier was asked to write it down. */
  voicemail(entryId: string, transcribed: boolean): string {
    return `${this.webhooks}/voicemail?entry=${entryId}${transcribed ? "&transcribe=1" : ""}`;
  }

  conference(entryId: string, offerId: string): string {
    return `${this.webhooks}/conference?entry=${entryId}&offer=${offerId}${RETRIES}`;
  }

  /** What becomes of a conversation's recording. */
  recording(entryId: string, talkId: string): string {
    return `${this.webhooks}/recording?entry=${entryId}&talk=${talkId}${RETRIES}`;
  }

  /** One of the pieces of music, each at most 10 s long. */
  holdMusic(piece: number): string {
    return `${this.publicBaseUrl}/audio/hold-music-${(piece % HOLD_MUSIC_PIECES) + 1}.wav`;
  }
}

export const HOLD_MUSIC_PIECES = 2;
/** Seconds of one piece. Waiting callers are heard of between two pieces: this bounds law 4 without a worker. */
export const HOLD_MUSIC_SECONDS = 9.6;
