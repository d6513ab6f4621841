/** A stretch of time, in milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The longest time, in milliseconds, for which one call waited while one agent was idle who could have taken it: what
 * law 4 bounds. Calls and agents are those of one queue without skills, levels and declines, so that any pair counts.
 */
export function longestBeside(waiting: readonly Span[], idle: readonly Span[]): number {
  const idleByStart = idle.toSorted((one, other) => one.from - other.from);
  let longest = 0;
  for (const call of waiting) {
    for (const agent of idleByStart) {
      // Nobody who comes later has been idle beside this call for longer.
      if (agent.from + longest >= call.to) break;
      longest = Math.max(longest, Math.min(call.to, agent.to) - Math.max(call.from, agent.from));
    }
  }
  return longest;
}
