import { features } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { UserRepository } from "@/modules/auth/repositories/user.repository";
import { LiveEventReader } from "@/modules/realtime/repositories/live-event-reader.repository";
import { EventHub, hubTiming } from "@/modules/realtime/services/event-hub.service";
import { EventStreamService } from "@/modules/realtime/services/event-stream.service";
import { LiveEventPruner } from "@/modules/realtime/services/live-event-pruner.service";

/** The part of the container that tells listeners of /api/events. */
export interface RealtimeSide {
  eventHub: EventHub;
  eventStreams: EventStreamService;
  livePruner: LiveEventPruner;
}

/** Makes the realtime side once a process. */
export function createRealtimeSide(db: Db, users: Pick<UserRepository, "findStanding">): RealtimeSide {
  const liveEvents = new LiveEventReader(db);
  const keptSeconds = features().LIVE_EVENT_MINUTES * 60;
  const eventHub = new EventHub(
    liveEvents,
    { standing: (sessionIds) => users.findStanding(sessionIds) },
    { ...hubTiming, keptSeconds },
    { warn: (fields, message) => logger("events").warn(fields, message) },
  );
  return {
    eventHub,
    eventStreams: new EventStreamService(eventHub),
    livePruner: new LiveEventPruner(liveEvents, keptSeconds),
  };
}
