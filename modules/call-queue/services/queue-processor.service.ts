import type { Actor } from "@/lib/principal";
import type { AgentPollingService } from "./agent-polling.service";
import type { OfferEndingService } from "./offer-ending.service";
import type { WrapUpService } from "./wrap-up.service";

export interface ProcessorPorts {
  commands: { drain(): Promise<number> };
  reconciler: { reconcile(): Promise<number> };
  /** Rings of those who are asked into a conversation. */
  participants: { expireDue(limit: number, actor: Actor): Promise<number> };
  exits: { leaveDue(limit: number, actor: Actor): Promise<number> };
  menus: { endForgotten(actor: Actor): Promise<number> };
}

export interface ProcessorCounts {
  offersExpired: number;
  offersMade: number;
  commandsRun: number;
  wrapUpsEnded: number;
  healed: number;
}

/** Rows of one kind that one round ends. */
const MOST_A_ROUND = 200;

/** One round of everything that keeps queued calls moving when no event does: for cron, where no worker runs. */
export class QueueProcessorService {
  constructor(
    private readonly offers: OfferEndingService,
    private readonly wrapUps: WrapUpService,
    private readonly polling: AgentPollingService,
    private readonly ports: ProcessorPorts,
  ) {}

  /** Safe to run at any time, twice at once. */
  async process(actor: Actor): Promise<ProcessorCounts> {
    const offersExpired = await this.expireOffers(actor);
    const wrapUpsEnded = await this.endWrapUps(actor);
    await this.leaveQueues(actor);
    const healed = await this.ports.reconciler.reconcile();
    const offersMade = await this.polling.run();
    const commandsRun = await this.ports.commands.drain();
    return { offersExpired, offersMade, commandsRun, wrapUpsEnded, healed };
  }

  async expireOffers(actor: Actor): Promise<number> {
    await this.ports.participants.expireDue(MOST_A_ROUND, actor);
    return this.offers.expireDue(MOST_A_ROUND, actor);
  }

  /** Callers whose waiting is over, and calls that were lost before they reached a queue. Answers how many. */
  async leaveQueues(actor: Actor): Promise<number> {
    return (await this.ports.exits.leaveDue(MOST_A_ROUND, actor)) + (await this.ports.menus.endForgotten(actor));
  }

  endWrapUps(actor: Actor): Promise<number> {
    return this.wrapUps.endDue(MOST_A_ROUND, actor);
  }
}
