import { container, route } from "@/modules/container";
import { createLead, listLeads } from "@/modules/leads/schemas";

export const GET = route(listLeads, ({ principal, query }) => container().leadLists.list(principal, query));

export const POST = route(createLead, ({ principal, body, requestId }) =>
  container().leads.create(principal, body, requestId),
);
