import { OUTBOUND_MACHINE } from "../domain/answering-machines";
import { longestOvertakingSeconds } from "../domain/priority";
import type { ExitKind, ExitOccasion } from "../domain/queue-exits";
import { readStrategy } from "../domain/agent-choice";
import type { QueueSettingsRow } from "../repositories/queue-settings.repository";
import type { QueueSettingsView } from "../queues.schemas";

/** A queue as the API shows it. */
export function queueView(row: QueueSettingsRow): QueueSettingsView {
  const weights = { high: row.highWeightSeconds, urgent: row.urgentWeightSeconds, vip: row.vipWeightSeconds };
  return {
    queueId: row.id,
    key: row.key,
    version: row.version,
    ...settingsOf(row),
    longestOvertakingSeconds: longestOvertakingSeconds(weights),
    exits: exitsOf(row),
    members: membersOf(row),
    createdAt: row.createdAt.toISOString(),
  };
}

/** What the audit log keeps of a queue. */
export function queueFacts(row: QueueSettingsRow) {
  return {
    ...settingsOf(row),
    exits: exitsOf(row),
    members: membersOf(row).map(({ agent, level }) => ({ agent, level })),
  };
}

const settingsOf = (row: QueueSettingsRow) => ({
  name: row.name,
  strategy: readStrategy(row.strategy),
  language: row.language,
  requiredSkills: row.requiredSkills,
  preferredSkills: row.preferredSkills,
  stickyDays: row.stickyDays,
  stickyWaitSeconds: row.stickyWaitSeconds,
  levelWaitSeconds: row.levelWaitSeconds,
  highWeightSeconds: row.highWeightSeconds,
  urgentWeightSeconds: row.urgentWeightSeconds,
  vipWeightSeconds: row.vipWeightSeconds,
  ringTimeoutSeconds: row.ringTimeoutSeconds,
  wrapUpSeconds: row.wrapUpSeconds,
  wrapUpExtensionSeconds: row.wrapUpExtensionSeconds,
  wrapUpExtensions: row.wrapUpExtensions,
  serviceLevelSeconds: row.serviceLevelSeconds,
  shortAbandonSeconds: row.shortAbandonSeconds,
  missedRingsToAway: row.missedRingsToAway,
  declineCooldownSeconds: row.declineCooldownSeconds,
  maxWaiting: row.maxWaiting,
  maxWaitSeconds: row.maxWaitSeconds,
  overflowAfterSeconds: row.overflowAfterSeconds,
  recording: row.recording === "announced" ? ("announced" as const) : ("off" as const),
  outboundMachine: OUTBOUND_MACHINE.find((one) => one === row.outboundMachine) ?? "ignore",
  callerId: row.callerId,
  askRating: row.askRating,
  transcribeMessages: row.transcribeMessages,
  announceEverySeconds: row.announceEverySeconds,
  calendar: row.calendarName,
});

function exitsOf(row: QueueSettingsRow) {
  const entries = row.exits.map(({ occasion, kind, message, number, targetQueueId }) => [
    occasion as ExitOccasion,
    { kind: kind as ExitKind, message, number, queueId: targetQueueId },
  ]);
  return Object.fromEntries(entries) as QueueSettingsView["exits"] & Record<string, never>;
}

const membersOf = (row: QueueSettingsRow) =>
  row.members
    .map(({ level, agent }) => ({ agent: agent.user.email, name: agent.user.name, level, skills: agent.skills }))
    .toSorted((a, b) => a.level - b.level || a.name.localeCompare(b.name));
