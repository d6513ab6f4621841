import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { CarrierConfig } from "./configuration";
import type { Account, MediaPlane, Signalling } from "./contract";
import { FaultPlan } from "./control/fault-plan";
import { CallRegistry } from "./engine/call-registry";
import { QueueRegistry } from "./engine/call-queue";
import type { Carrier } from "./engine/carrier";
import { ConferenceRegistry } from "./engine/conference-registry";
import { DialBudget } from "./engine/dial-budget";
import { receiveBrowserCall } from "./engine/receive-call";
import { MessageStore } from "./engine/message-store";
import { RecordingStore } from "./engine/recording-store";
import { ScriptedCallees } from "./engine/scripted-callees";
import { Journal } from "./journal";
import { receiveMail } from "./mailbox/mail-receiver";
import { MailStore } from "./mailbox/mail-store";
import { mailboxRoutes } from "./mailbox/routes";
import { createLogger, type CarrierLogger } from "./logger";
import { createCarrierServer } from "./server";
import { TwimlRunner } from "./twiml/run-documents";
import { WebhookSender } from "./webhooks/webhook-sender";

/** The parts of a carrier that carry sound and talk to browsers. */
export interface CarrierParts {
  createMedia(log: CarrierLogger): MediaPlane;
  createSignalling(deps: { server: Server; account: Account; media: MediaPlane; log: CarrierLogger }): Signalling;
  createTelephone(deps: {
    account: Account;
    log: CarrierLogger;
  }): (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface RunningCarrier {
  port: number;
  /** Hangs up every call and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Puts a carrier together and has it listen.
 * @throws Error when the port cannot be had; nothing is left running then
 */
export async function assembleCarrier(config: CarrierConfig, parts: CarrierParts): Promise<RunningCarrier> {
  const log = createLogger(config.logLevel);
  const account: Account = {
    accountSid: config.accountSid,
    authToken: config.authToken,
    apiKeySid: config.apiKeySid,
    apiKeySecret: config.apiKeySecret,
    applicationSid: config.applicationSid,
    phoneNumbers: [...new Set([config.phoneNumber, ...config.furtherNumbers])],
  };
  const http = createCarrierServer();
  const port = await http.listen(config.port, config.host);
  const media = parts.createMedia(log);
  const signalling = parts.createSignalling({ server: http.server, account, media, log });
  const journal = new Journal();
  const faults = new FaultPlan();
  const webhooks = new WebhookSender({ authToken: account.authToken, journal, faults, log });
  const carrier: Carrier = {
    config,
    account,
    media,
    signalling,
    journal,
    log,
    faults,
    webhooks,
    calls: new CallRegistry(),
    queues: new QueueRegistry(),
    conferences: new ConferenceRegistry(media),
    callees: new ScriptedCallees({ behaviour: config.callee, delayMs: config.calleeDelayMs }),
    budget: new DialBudget(config.callsPerSecond),
    recordings: new RecordingStore(),
    messages: new MessageStore(account.accountSid, webhooks),
    mails: new MailStore(),
    baseUrl: () => `http://${config.host}:${port}`,
  };
  const runner = new TwimlRunner(carrier);
  signalling.onOutgoing((call) => {
    try {
      receiveBrowserCall({ carrier, runner }, call);
    } catch (error) {
      log.error({ err: error, callSid: call.callSid }, "a browser's call could not be taken");
      call.hangup({ code: 31_005, message: "The carrier could not take the call" });
    }
  });
  const { smtpPort } = config;
  const mail =
    smtpPort === undefined
      ? undefined
      : await receiveMail({ port: smtpPort, host: config.host }, carrier.mails, log).catch(async (error: unknown) => {
          await http.close();
          throw error;
        });
  http.serve({
    carrier,
    runner,
    telephone: parts.createTelephone({ account, log }),
    mailbox: mailboxRoutes(carrier.mails),
  });
  return {
    port,
    close: async () => {
      for (const call of carrier.calls.live()) call.hangUp("the carrier is shutting down");
      carrier.messages.clear();
      carrier.webhooks.close();
      await mail?.close();
      await signalling.close();
      await media.close();
      await http.close();
    },
  };
}
