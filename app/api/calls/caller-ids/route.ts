import { container, route } from "@/modules/container";
import { listCallerIds } from "@/modules/call-queue/talk.schemas";

export const GET = route(listCallerIds, async () => ({ callerIds: await container().outbound.callerIds() }));
