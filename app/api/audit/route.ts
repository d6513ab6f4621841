import { listAudit } from "@/modules/audit/schemas";
import { container, route } from "@/modules/container";

export const GET = route(listAudit, async ({ principal, query }) => container().auditLog.list(principal, query));
