import { container, route } from "@/modules/container";
import { addNote } from "@/modules/leads/schemas";

export const POST = route(addNote, async ({ principal, params, body, requestId }) => ({
  success: true,
  activity_id: await container().leadTimeline.addNote(principal, params.leadId, body, requestId),
}));
