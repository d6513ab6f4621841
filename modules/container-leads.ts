import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { TeamRepository } from "@/modules/agents/repositories/team.repository";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import type { AlertBook } from "@/modules/alerts/services/alert-book.service";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { AssignmentRepository } from "@/modules/leads/repositories/assignment.repository";
import { DecisionRepository } from "@/modules/leads/repositories/decision.repository";
import { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadAnchorRepository } from "@/modules/leads/repositories/lead-anchor.repository";
import { LeadListRepository } from "@/modules/leads/repositories/lead-list.repository";
import { LeadMergeRepository } from "@/modules/leads/repositories/lead-merge.repository";
import { LeadPeopleRepository } from "@/modules/leads/repositories/lead-people.repository";
import { LeadTeamRepository } from "@/modules/leads/repositories/lead-team.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { MyWorkRepository } from "@/modules/leads/repositories/my-work.repository";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { ReturnRecountRepository } from "@/modules/leads/repositories/return-recount.repository";
import { ReturnRoundRepository } from "@/modules/leads/repositories/return-round.repository";
import { SavedSearchRepository } from "@/modules/leads/repositories/saved-search.repository";
import { SearchAlertRepository } from "@/modules/leads/repositories/search-alert.repository";
import { AssignmentDue } from "@/modules/leads/services/assignment-due";
import { DealMoments } from "@/modules/leads/services/deal-moments";
import { DecisionsService } from "@/modules/leads/services/decisions.service";
import { LeadAccess } from "@/modules/leads/services/lead-access";
import { LeadAnchors } from "@/modules/leads/services/lead-anchors.service";
import { LeadAssignmentService } from "@/modules/leads/services/lead-assignment.service";
import { LeadListService } from "@/modules/leads/services/lead-list.service";
import { LeadNeighbours } from "@/modules/leads/services/lead-neighbours.service";
import { LeadPeople } from "@/modules/leads/services/lead-people.service";
import { LeadTeams } from "@/modules/leads/services/lead-teams";
import { LeadTimelineService } from "@/modules/leads/services/lead-timeline.service";
import { LeadService } from "@/modules/leads/services/lead.service";
import { MyWorkService } from "@/modules/leads/services/my-work.service";
import { ReturnRecount } from "@/modules/leads/services/return-recount";
import { ReturnRound } from "@/modules/leads/services/return-round";
import { ReturnSettingsService } from "@/modules/leads/services/return-settings.service";
import { ReturnTimer } from "@/modules/leads/services/return-timer";
import { SavedSearches } from "@/modules/leads/services/saved-searches.service";
import { SearchAlerts } from "@/modules/leads/services/search-alerts.service";
import { SearchCounts } from "@/modules/leads/services/search-counts.service";

/** What everything that touches leads works with: their rows, who may see them, and when they go back. */
export interface LeadCore {
  leads: LeadRepository;
  activities: LeadActivityRepository;
  merges: LeadMergeRepository;
  access: LeadAccess;
  leadTeams: LeadTeams;
  calendars: ReturnPolicyRepository;
  recounts: ReturnRecountRepository;
  returnTimer: ReturnTimer;
}

export function createLeadCore(db: Db, teams: TeamRepository): LeadCore {
  const leads = new LeadRepository(db);
  const activities = new LeadActivityRepository(db);
  const merges = new LeadMergeRepository(db);
  const calendars = new ReturnPolicyRepository(db);
  const recounts = new ReturnRecountRepository();
  return {
    leads,
    activities,
    merges,
    access: new LeadAccess(leads, merges, teams),
    leadTeams: new LeadTeams(teams, new LeadTeamRepository(), activities),
    calendars,
    recounts,
    returnTimer: new ReturnTimer(calendars, recounts),
  };
}

/** The part of the container that is about leads: one, lists of them, whose they are, and when they are given back. */
export interface LeadSide {
  leads: LeadService;
  leadAnchors: LeadAnchors;
  leadLists: LeadListService;
  leadTimeline: LeadTimelineService;
  leadPeople: LeadPeople;
  leadNeighbours: LeadNeighbours;
  myWork: MyWorkService;
  savedSearches: SavedSearches;
  searchCounts: SearchCounts;
  searchAlerts: SearchAlerts;
  returnTimer: ReturnTimer;
  returns: ReturnRound;
  returnSettings: ReturnSettingsService;
  assignments: LeadAssignmentService;
  decisions: DecisionsService;
}

export interface LeadSideNeeds {
  directory: AgentDirectory;
  capacity: CapacityManager;
  cursors: CursorCodec;
  alerts: AlertBook;
}

/** Makes the leads' side once a process. */
export function createLeadSide(db: Db, core: LeadCore, needs: LeadSideNeeds): LeadSide {
  const { leads, activities, access, leadTeams, calendars, recounts, returnTimer } = core;
  const { directory, capacity, cursors, alerts } = needs;
  const recount = new ReturnRecount(db, calendars, recounts, returnTimer);
  const lists = new LeadListRepository(db);
  const anchors = new LeadAnchorRepository(db, lists);
  const leadLists = new LeadListService(lists, anchors, cursors);
  const leadPeople = new LeadPeople(access, new LeadPeopleRepository(db));
  const decisions = new DecisionRepository(db);
  const searches = new SavedSearchRepository(db);
  const savedSearches = new SavedSearches(db, searches);
  return {
    leads: new LeadService(db, access, leads, activities, directory, capacity, returnTimer, leadTeams),
    leadAnchors: new LeadAnchors(anchors, cursors),
    leadLists,
    leadTimeline: new LeadTimelineService(db, access, leads, activities, cursors, leadPeople),
    leadPeople,
    leadNeighbours: new LeadNeighbours(access, lists),
    myWork: new MyWorkService(new MyWorkRepository(db), directory, capacity),
    savedSearches,
    searchCounts: new SearchCounts(searches, leadLists),
    searchAlerts: new SearchAlerts(db, savedSearches, new SearchAlertRepository(db), lists, alerts, logger("alerts")),
    returnTimer,
    returns: new ReturnRound(db, calendars, new ReturnRoundRepository(), recount, directory),
    returnSettings: new ReturnSettingsService(db, calendars, returnTimer, recount),
    assignments: new LeadAssignmentService(
      access,
      new AssignmentRepository(db),
      capacity,
      new AssignmentDue(calendars, returnTimer),
    ),
    decisions: new DecisionsService(access, decisions, new DealMoments(decisions), directory, cursors),
  };
}
