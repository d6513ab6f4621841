import { readFileSync } from "node:fs";

const SAMPLE_MS = 100;

/** Mebibytes that the machine's programs hold: all of it but what the kernel could give out at once (MemAvailable). */
function usedMiB(): number {
  const text = readFileSync("/proc/meminfo", "utf8");
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return (kibibytes("MemTotal") - kibibytes("MemAvailable")) / 1_024;
}

/** Watches the whole machine's memory; stop() answers by how many mebibytes it had grown at the most. */
export function watchMemory(): { stop(): number } {
  const before = usedMiB();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, usedMiB())), SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(0, Math.round(Math.max(most, usedMiB()) - before));
    },
  };
}
