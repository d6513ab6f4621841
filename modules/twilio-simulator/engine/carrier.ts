import type { CarrierConfig } from "../configuration";
import type { Account, MediaPlane, Signalling } from "../contract";
import type { FaultPlan } from "../control/fault-plan";
import type { Journal } from "../journal";
import type { CarrierLogger } from "../logger";
import type { MailStore } from "../mailbox/mail-store";
import type { WebhookSender } from "../webhooks/webhook-sender";
import type { CallRegistry } from "./call-registry";
import type { MessageStore } from "./message-store";
import type { QueueRegistry } from "./call-queue";
import type { ConferenceRegistry } from "./conference-registry";
import type { DialBudget } from "./dial-budget";
import type { RecordingStore } from "./recording-store";
import type { ScriptedCallees } from "./scripted-callees";

/** Everything that the verbs, the REST resources and the control API work on. One a running carrier. */
export interface Carrier {
  config: CarrierConfig;
  account: Account;
  media: MediaPlane;
  signalling: Signalling;
  journal: Journal;
  log: CarrierLogger;
  webhooks: WebhookSender;
  faults: FaultPlan;
  calls: CallRegistry;
  queues: QueueRegistry;
  conferences: ConferenceRegistry;
  callees: ScriptedCallees;
  budget: DialBudget;
  recordings: RecordingStore;
  messages: MessageStore;
  mails: MailStore;
  /** Where REST and recordings can be fetched, such as http://127.0.0.1:4010; known once the server listens. */
  baseUrl(): string;
}
