import type { Db } from "@/lib/db/client";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import { LeadFileRepository } from "@/modules/files/repositories/lead-file.repository";
import { LeadCallsRepository } from "@/modules/call-queue/repositories/lead-calls.repository";
import type { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadDuplicatesRepository } from "@/modules/leads/repositories/lead-duplicates.repository";
import type { LeadMergeRepository } from "@/modules/leads/repositories/lead-merge.repository";
import { LeadStateRepository } from "@/modules/leads/repositories/lead-state.repository";
import { LeadTagsRepository } from "@/modules/leads/repositories/lead-tags.repository";
import type { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import type { LeadAccess } from "@/modules/leads/services/lead-access";
import { LeadDuplicatesService } from "@/modules/leads/services/lead-duplicates.service";
import { LeadLockService } from "@/modules/leads/services/lead-lock.service";
import { LeadMergeService } from "@/modules/leads/services/lead-merge.service";
import { LeadRemovalService } from "@/modules/leads/services/lead-removal.service";
import { type BulkUpdates, LeadTagsService } from "@/modules/leads/services/lead-tags.service";
import { LeadUnmergeService } from "@/modules/leads/services/lead-unmerge.service";
import { MergeHistory } from "@/modules/leads/services/merge-history";
import { MergePlaces } from "@/modules/leads/services/merge-places";
import type { DueTimesPort } from "@/modules/leads/services/return-due";

/** The part of the container that is about keeping leads in order. */
export interface OrganiseSide {
  leadLocks: LeadLockService;
  leadRemovals: LeadRemovalService;
  leadMerges: LeadMergeService;
  leadUnmerges: LeadUnmergeService;
  leadDuplicates: LeadDuplicatesService;
  leadTags: LeadTagsService;
}

export interface OrganiseSideNeeds {
  access: LeadAccess;
  leads: LeadRepository;
  merges: LeadMergeRepository;
  activities: LeadActivityRepository;
  directory: AgentDirectory;
  capacity: CapacityManager;
  timer: DueTimesPort;
  bulk: BulkUpdates;
  /** Of a timeline that a merge moves. */
  mostEntries: number;
}

/** Makes the organising side once a process. */
export function createOrganiseSide(db: Db, needs: OrganiseSideNeeds): OrganiseSide {
  const { access, leads, merges, activities, directory, capacity, timer } = needs;
  const states = new LeadStateRepository();
  const calls = new LeadCallsRepository();
  const files = new LeadFileRepository(db);
  const places = new MergePlaces(directory, capacity);
  const history = new MergeHistory(states, activities);
  return {
    leadLocks: new LeadLockService(db, access, states, activities, timer),
    leadRemovals: new LeadRemovalService(db, access, leads, states, activities, directory, capacity, timer),
    leadMerges: new LeadMergeService(db, access, states, merges, calls, files, places, history, needs.mostEntries),
    leadUnmerges: new LeadUnmergeService(db, leads, states, merges, calls, files, places, timer, history),
    leadDuplicates: new LeadDuplicatesService(access, new LeadDuplicatesRepository(db)),
    leadTags: new LeadTagsService(new LeadTagsRepository(db), needs.bulk),
  };
}
