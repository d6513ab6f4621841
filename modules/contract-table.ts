import type { Contract } from "@/lib/http/contract";
import { performanceContracts } from "@/modules/agents/performance.schemas";
import { presenceContracts } from "@/modules/agents/presence.schemas";
import { agentContracts } from "@/modules/agents/schemas";
import { alertContracts } from "@/modules/alerts/schemas";
import { auditContracts } from "@/modules/audit/schemas";
import { teamContracts } from "@/modules/agents/teams.schemas";
import { backgroundContracts } from "@/modules/background-work/schemas";
import { authContracts } from "@/modules/auth/schemas";
import { agentCallContracts } from "@/modules/call-queue/agent-calls.schemas";
import { announcementContracts } from "@/modules/call-queue/announcements.schemas";
import { readinessContracts } from "@/modules/call-queue/readiness.schemas";
import { callbackContracts } from "@/modules/call-queue/callback.schemas";
import { callQueueContracts } from "@/modules/call-queue/schemas";
import { queueFiguresContracts } from "@/modules/call-queue/queue-figures.schemas";
import { waitContracts } from "@/modules/call-queue/wait.schemas";
import { exportContracts } from "@/modules/exports/schemas";
import { fileContracts } from "@/modules/files/schemas";
import { importContracts } from "@/modules/imports/schemas";
import { flagContracts } from "@/modules/flags/schemas";
import { notificationContracts } from "@/modules/notifications/schemas";
import { recordContracts } from "@/modules/call-queue/records.schemas";
import { ratingContracts } from "@/modules/call-queue/ratings.schemas";
import { talkContracts } from "@/modules/call-queue/talk.schemas";
import { callEntryContracts } from "@/modules/call-queue/call-entry.schemas";
import { queueSettingsContracts } from "@/modules/call-queue/queues.schemas";
import { callOutContracts } from "@/modules/call-queue/call-out.schemas";
import { returnContracts } from "@/modules/leads/return.schemas";
import { organiseContracts } from "@/modules/leads/organise.schemas";
import { editHistoryContracts } from "@/modules/leads/edit-history.schemas";
import { bulkContracts } from "@/modules/leads/bulk.schemas";
import { planContracts } from "@/modules/leads/plans.schemas";
import { rebalanceContracts } from "@/modules/leads/rebalance.schemas";
import { decisionContracts } from "@/modules/leads/decisions.schemas";
import { myWorkContracts } from "@/modules/leads/my-work.schemas";
import { leadPeopleContracts } from "@/modules/leads/people.schemas";
import { leadContracts } from "@/modules/leads/schemas";
import { editContracts } from "@/modules/leads/edits.schemas";
import { savedSearchContracts } from "@/modules/leads/saved-searches.schemas";
import { searchContracts } from "@/modules/leads/search.schemas";
import { realtimeContracts } from "@/modules/realtime/schemas";
import { systemContracts } from "@/modules/system/schemas";
import { carrierContracts } from "@/modules/twilio-voice/carrier.schemas";
import { voiceContracts } from "@/modules/twilio-voice/schemas";

/**
 * Every route with its permission: the one table that openapi.json is made from and that a test holds against the
 * routes on disk (law 10). A route that is not here fails the tests, and so does an entry without a route.
 */
export const contractTable: readonly Contract[] = [
  ...authContracts,
  ...leadContracts,
  ...leadPeopleContracts,
  ...myWorkContracts,
  ...decisionContracts,
  ...searchContracts,
  ...savedSearchContracts,
  ...editContracts,
  ...bulkContracts,
  ...planContracts,
  ...editHistoryContracts,
  ...rebalanceContracts,
  ...organiseContracts,
  ...exportContracts,
  ...fileContracts,
  ...importContracts,
  ...returnContracts,
  ...agentContracts,
  ...presenceContracts,
  ...performanceContracts,
  ...teamContracts,
  ...callQueueContracts,
  ...agentCallContracts,
  ...readinessContracts,
  ...talkContracts,
  ...recordContracts,
  ...queueFiguresContracts,
  ...waitContracts,
  ...queueSettingsContracts,
  ...callEntryContracts,
  ...callOutContracts,
  ...announcementContracts,
  ...ratingContracts,
  ...callbackContracts,
  ...voiceContracts,
  ...carrierContracts,
  ...realtimeContracts,
  ...alertContracts,
  ...notificationContracts,
  ...auditContracts,
  ...backgroundContracts,
  ...flagContracts,
  ...systemContracts,
];
