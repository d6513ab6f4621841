import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import type { AnsweredBy } from "../domain/answering-machines";
import type { CommandKick } from "../domain/carrier-commands";
import type { CallRepository } from "../repositories/call.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { ConversationEnding } from "./conversation-ending";
import type { Wake } from "./offer-ending.service";
import type { TalkParties } from "./talk-parties";

/** Machines that answer calls which agents make: the carrier finds out while the agent is on the line already. */
export class AnsweringMachines {
  constructor(
    private readonly db: Db,
    private readonly queued: Pick<QueuedCallRepository, "lock">,
    private readonly calls: Pick<CallRepository, "answeredBy">,
    private readonly conversations: Pick<ConversationEnding, "machineAnswered">,
    private readonly parties: Pick<TalkParties, "note">,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /** Who answered. The first word counts: late and repeated ones change nothing, nor does one of another leg. */
  async told(callId: string, callSid: string, answeredBy: AnsweredBy, actor: Actor): Promise<void> {
    if (!isId(callId)) return;
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callId });
      if (call?.direction !== "outbound" || call.callSid !== callSid) return;
      if (!(await this.calls.answeredBy(tx, callId, answeredBy)) || answeredBy === "human") return;
      if (call.state !== "connecting" && call.state !== "in_conversation") return;
      const { outboundMachine } = call;
      await this.parties.note(tx, call, "machine_answered", { wanted: outboundMachine }, actor);
      if (outboundMachine === "hang_up" || outboundMachine === "leave_message") {
        await this.conversations.machineAnswered(tx, call, outboundMachine === "leave_message", actor);
      }
    });
    this.kick.kick();
    this.dispatcher.wake();
  }
}
