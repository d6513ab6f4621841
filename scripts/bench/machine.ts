import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** What the figures were measured on. */
export function machine(): string {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = (totalmem() / 1024 ** 3).toFixed(1);
  return `${availableParallelism()} cores of ${processor}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.versions.node}`;
}
