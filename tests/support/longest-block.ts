import { setImmediate } from "node:timers/promises";

/**
 * Runs `work` and tells the longest stretch of it in which nothing else in this process could run, in milliseconds of
 * this thread's own computing: unlike time on the wall it does not grow when the machine is busy with other things.
 */
export async function longestBlock<T>(work: () => Promise<T>): Promise<{ result: T; blockedMs: number }> {
  let blockedMs = 0;
  let running = true;
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const watch = async (): Promise<void> => {
    for (let last = cpuMs(); running;) {
      await setImmediate();
      const now = cpuMs();
      blockedMs = Math.max(blockedMs, now - last);
      last = now;
    }
  };
  const watching = watch();
  try {
    const result = await work();
    running = false;
    await watching;
    return { result, blockedMs };
  } finally {
    running = false;
  }
}
