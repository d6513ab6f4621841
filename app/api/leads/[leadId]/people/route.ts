import { container, route } from "@/modules/container";
import { leadPeople } from "@/modules/leads/people.schemas";

export const GET = route(leadPeople, async ({ principal, params, query }) => ({
  people: await container().leadPeople.find(principal, params.leadId, query.q),
}));
