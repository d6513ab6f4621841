import { readFileSync } from "node:fs";

const SAMPLE_MS = 50;

/** Mebibytes of memory that a process has now, as the kernel counts it. */
function residentMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1_024;
}

/** Watches a process's memory; stop() answers by how many mebibytes it had grown at the most. */
export function watchResident(pid: number): { stop(): number } {
  const before = residentMiB(pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, residentMiB(pid))), SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(0, Math.round(Math.max(most, residentMiB(pid)) - before));
    },
  };
}
