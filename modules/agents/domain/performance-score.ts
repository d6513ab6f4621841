/** An agent's closed leads, and how many of them were won. */
export interface ClosedLeads {
  closed: number;
  converted: number;
}

/**
 * How many closed leads an agent must have before their own record weighs as much as the team's. With few leads a
 * record says little: one lead won of one is luck, not a hundred points.
 */
export const SHRINKAGE_LEADS = 20;

/**
 * The performance score, 0 to 100 with one decimal: the share of an agent's closed leads that were converted, shrunk
 * to the team's share:
 *
 *   score = 100 * (w * converted / closed + (1 - w) * team),  w = closed / (closed + 20)
 *   team  = (all converted + 1) / (all closed + 2)
 *
 * An empirical-Bayes estimate (Efron and Morris 1975; the team's share by Laplace's rule, so that a team without any
 * closed lead has 50). An agent without closed leads has the team's score. Leads that are open, deleted or without an
 * agent do not count.
 */
export function performanceScore(own: ClosedLeads, team: ClosedLeads): number {
  const teamShare = (team.converted + 1) / (team.closed + 2);
  const weight = own.closed / (own.closed + SHRINKAGE_LEADS);
  const ownShare = own.closed === 0 ? 0 : own.converted / own.closed;
  return Math.round(1_000 * (weight * ownShare + (1 - weight) * teamShare)) / 10;
}
