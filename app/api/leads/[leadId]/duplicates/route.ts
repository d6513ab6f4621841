import { container, route } from "@/modules/container";
import { duplicateLeads } from "@/modules/leads/organise.schemas";

export const GET = route(duplicateLeads, async ({ principal, params }) => ({
  duplicates: await container().leadDuplicates.of(principal, params.leadId),
}));
