import type { Db } from "@/lib/db/client";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { CallEntryRepository } from "@/modules/call-queue/repositories/call-entry.repository";
import { QueueSettingsRepository } from "@/modules/call-queue/repositories/queue-settings.repository";
import { CallEntryService } from "@/modules/call-queue/services/call-entry.service";
import { QueueSettingsService } from "@/modules/call-queue/services/queue-settings.service";
import type { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";

/** The part of the container that is about setting queues up. */
export interface QueueSide {
  queueSettings: QueueSettingsService;
  callEntries: CallEntryService;
}

export interface QueueSideNeeds {
  directory: AgentDirectory;
  calendars: ReturnPolicyRepository;
  dispatcher: { wake(): void };
}

/** Makes the queue side once a process. */
export function createQueueSide(db: Db, { directory, calendars, dispatcher }: QueueSideNeeds): QueueSide {
  const names = async (): Promise<string[]> => (await calendars.calendars()).map(({ name }) => name);
  return {
    queueSettings: new QueueSettingsService(db, new QueueSettingsRepository(db), directory, { names }, dispatcher),
    callEntries: new CallEntryService(db, new CallEntryRepository(db)),
  };
}
