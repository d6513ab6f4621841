import { readFileSync, writeFileSync } from "node:fs";

const SAMPLE_MS = 50;

/** Mebibytes of memory that a process has now, as the kernel counts it. */
const residentMiB = (pid: number): number => counted(pid, /^VmRSS:\s+(\d+)/m);

/** Mebibytes of memory that a process has had at once since forgetPeak(), or ever. */
export const peakMiB = (pid: number): number => Math.round(counted(pid, /^VmHWM:\s+(\d+)/m));

/** Has the kernel begin anew with what a process has at most. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, "5");

function counted(pid: number, line: RegExp): number {
  const kibibytes = line.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kibibytes === undefined) throw new Error(`the kernel does not say what process ${pid} holds`);
  return Number(kibibytes) / 1_024;
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
