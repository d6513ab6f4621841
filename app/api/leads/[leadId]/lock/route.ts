import { container, route } from "@/modules/container";
import { lockLead, unlockLead } from "@/modules/leads/organise.schemas";

export const POST = route(lockLead, ({ principal, params, body, requestId }) =>
  container().leadLocks.lock(principal, params.leadId, body.reason, requestId),
);

export const DELETE = route(unlockLead, ({ principal, params, requestId }) =>
  container().leadLocks.unlock(principal, params.leadId, requestId),
);
