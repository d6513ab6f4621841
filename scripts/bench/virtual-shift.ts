import type { Db } from "@/lib/db/client";
import { AgentSessionRepository } from "@/modules/agents/repositories/agent-session.repository";
import { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { setClock } from "@/tests/support/clock";
import { plainBeat } from "./presence-world";
import { seeded } from "./simulated-day/random";

const INTERVAL_S = 30;
const LEASE_S = 90;
const SWEEP_S = 5;
/** A hidden tab's timers come once a minute. */
const HIDDEN_INTERVAL_S = 60;
const HIDDEN_EVERY = 20;
const JITTER = 0.1;
const BATCH = 200;
/** Of all agents; spread over the shift. */
const SILENT_SHARE = 0.02;

export interface ShiftOutcome {
  written: number;
  perSecond: number;
  fellSilent: number;
  livingOut: number;
  deadIn: number;
}

/**
 * Beats of many agents in virtual time until `beats` were written, with the product's sweep after each step. The clock
 * of the database goes ahead by a sweep's interval a step, beside the time that really passes.
 */
export async function virtualShift(db: Db, agentIds: readonly string[], beats: number): Promise<ShiftOutcome> {
  const random = seeded(20_261_121);
  const sessions = new AgentSessionRepository(db);
  const presence = new PresenceChangesService(db, sessions, () => LEASE_S);
  const begin = performance.now();
  let ahead = 0;
  const now = (): number => (performance.now() - begin) / 1_000 + ahead;
  const interval = (at: number): number =>
    (at % HIDDEN_EVERY === 0 ? HIDDEN_INTERVAL_S : INTERVAL_S) * (1 - JITTER + 2 * JITTER * random());
  const next = agentIds.map((_, at) => random() * interval(at));
  const steps = (beats / agentIds.length) * (INTERVAL_S / SWEEP_S);
  const deaths = (agentIds.length * SILENT_SHARE) / steps;
  /** When each of those who fell silent beat last. */
  const silentSince = new Map<number, number>();
  const last = agentIds.map(() => 0);
  let [written, late, owed] = [0, 0, 0];
  while (written < beats) {
    ahead += SWEEP_S;
    await setClock(db, ahead);
    for (owed += deaths; owed >= 1; owed -= 1) fallSilent(agentIds, random, last, silentSince);
    const due = next.flatMap((time, at) => (time <= now() && !silentSince.has(at) ? [at] : []));
    for (let from = 0; from < due.length; from += BATCH) {
      const batch = due.slice(from, from + BATCH);
      const rows = await sessions.beat(
        batch.map((at) => plainBeat(agentIds[at] ?? "")),
        INTERVAL_S * 1.5,
      );
      written += rows.length;
      for (const at of batch) {
        last[at] = now();
        next[at] = now() + interval(at);
      }
    }
    await presence.sweep();
    late += await deadStillIn(db, agentIds, silentSince, now());
  }
  const seconds = (performance.now() - begin) / 1_000;
  const open = await openAgents(db);
  const livingOut = agentIds.filter((id, at) => !silentSince.has(at) && !open.has(id)).length;
  await setClock(db, 0);
  return { written, perSecond: written / seconds, fellSilent: silentSince.size, livingOut, deadIn: late };
}

function fallSilent(
  agentIds: readonly string[],
  random: () => number,
  last: readonly number[],
  silentSince: Map<number, number>,
): void {
  const at = Math.floor(random() * agentIds.length);
  if (!silentSince.has(at)) silentSince.set(at, last[at] ?? 0);
}

/** How many whose lease ran out longer ago than a sweep's interval are still signed in. */
async function deadStillIn(
  db: Db,
  agentIds: readonly string[],
  silentSince: ReadonlyMap<number, number>,
  now: number,
): Promise<number> {
  const overdue = [...silentSince].filter(([, since]) => now - since > LEASE_S + SWEEP_S);
  if (overdue.length === 0) return 0;
  const ids = overdue.map(([at]) => agentIds[at] ?? "");
  return db.agentSession.count({ where: { agentId: { in: ids }, logoutAt: null } });
}

async function openAgents(db: Db): Promise<Set<string>> {
  const rows = await db.agentSession.findMany({ where: { logoutAt: null }, select: { agentId: true } });
  return new Set(rows.map((row) => row.agentId));
}
