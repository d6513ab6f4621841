/** Whether the database itself refused a write because an agent would pass max_capacity (EH001, law 5). */
export function isOverCapacity(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { meta, code } = current as { meta?: unknown; code?: unknown };
    if (code === "EH001" || /\bEH001\b/.test(current.message) || /\bEH001\b/.test(JSON.stringify(meta ?? null))) {
      return true;
    }
    current = current.cause;
  }
  return false;
}
