import { readAnsweredBy } from "../domain/answering-machines";
import type { AnsweringMachines } from "@/modules/call-queue/services/answering-machines.service";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { carrierActor } from "../domain/carrier-actor";
import type { WebhookRequest } from "../domain/webhook-request";
import { hangUp, machineMessage } from "../twiml/documents";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { DialledLegs } from "./call-events.service";

/** What the carrier has found out about who answered a call out, and what is said to a machine. */
export class AnsweringMachineLine {
  constructor(
    private readonly machines: Pick<AnsweringMachines, "told">,
    private readonly outbound: DialledLegs,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** The webhook: the result of a detection in the background, or with `step=message` the document of a machine's leg. */
  async answer({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid } = params;
    if (query.get("step") === "message") {
      return callSid === undefined ? hangUp : machineMessage(await this.wordings.of(callSid));
    }
    const [callId, answeredBy] = [query.get("call"), readAnsweredBy(params.AnsweredBy)];
    if (callId === null || callSid === undefined || answeredBy === undefined) return EMPTY;
    // It may be told before the order to dial was answered.
    await this.outbound.dialled(callId, callSid);
    await this.machines.told(callId, callSid, answeredBy, { ...carrierActor("answering-machine"), requestId });
    return EMPTY;
  }
}
