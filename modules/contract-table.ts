import type { Contract } from "@/lib/http/contract";
import { agentContracts } from "@/modules/agents/schemas";
import { auditContracts } from "@/modules/audit/schemas";
import { authContracts } from "@/modules/auth/schemas";
import { callQueueContracts } from "@/modules/call-queue/schemas";
import { leadContracts } from "@/modules/leads/schemas";
import { realtimeContracts } from "@/modules/realtime/schemas";
import { systemContracts } from "@/modules/system/schemas";
import { voiceContracts } from "@/modules/twilio-voice/schemas";

/**
 * Every route with its permission: the one table that openapi.json is made from and that a test holds against the
 * routes on disk (law 10). A route that is not here fails the tests, and so does an entry without a route.
 */
export const contractTable: readonly Contract[] = [
  ...authContracts,
  ...leadContracts,
  ...agentContracts,
  ...callQueueContracts,
  ...voiceContracts,
  ...realtimeContracts,
  ...auditContracts,
  ...systemContracts,
];
