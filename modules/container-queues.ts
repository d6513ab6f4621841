import type { Db } from "@/lib/db/client";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { AnnouncementTextRepository } from "@/modules/call-queue/repositories/announcement-text.repository";
import { CallEntryRepository } from "@/modules/call-queue/repositories/call-entry.repository";
import { QueueSettingsRepository } from "@/modules/call-queue/repositories/queue-settings.repository";
import { AnnouncementSettingsService } from "@/modules/call-queue/services/announcement-settings.service";
import { CallEntryService } from "@/modules/call-queue/services/call-entry.service";
import { QueueSettingsService } from "@/modules/call-queue/services/queue-settings.service";
import type { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";

/** The part of the container that is about setting queues up. */
export interface QueueSide {
  queueSettings: QueueSettingsService;
  callEntries: CallEntryService;
  announcementSettings: AnnouncementSettingsService;
}

export interface QueueSideNeeds {
  callerIds: () => Promise<{ number: string }[]>;
  directory: AgentDirectory;
  calendars: ReturnPolicyRepository;
  dispatcher: { wake(): void };
}

/** Makes the queue side once a process. */
export function createQueueSide(db: Db, { directory, calendars, callerIds, dispatcher }: QueueSideNeeds): QueueSide {
  const names = async (): Promise<string[]> => (await calendars.calendars()).map(({ name }) => name);
  return {
    queueSettings: new QueueSettingsService(
      db,
      new QueueSettingsRepository(db),
      directory,
      { names },
      { callerIds },
      dispatcher,
    ),
    callEntries: new CallEntryService(db, new CallEntryRepository(db)),
    announcementSettings: new AnnouncementSettingsService(db, new AnnouncementTextRepository(db)),
  };
}
