import { container, route } from "@/modules/container";
import { readPlan } from "@/modules/leads/plans.schemas";

export const GET = route(readPlan, ({ principal, params }) => container().planReading.read(principal, params.planId));
