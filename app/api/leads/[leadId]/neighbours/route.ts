import { container, route } from "@/modules/container";
import { leadNeighbours } from "@/modules/leads/people.schemas";

export const POST = route(leadNeighbours, ({ principal, params, body }) =>
  container().leadNeighbours.of(principal, params.leadId, body),
);
