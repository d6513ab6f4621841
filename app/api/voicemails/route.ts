import { container, route } from "@/modules/container";
import { listVoicemails } from "@/modules/call-queue/records.schemas";

export const GET = route(listVoicemails, ({ principal, query }) => container().voicemailDesk.list(principal, query));
