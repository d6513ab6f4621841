import { readdir, readFile } from "node:fs/promises";

/** Clock ticks a second in /proc (USER_HZ, 100 on every Linux). */
const TICKS = 100;

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  ended: number;
}

/** Seconds of CPU that a process and its children have used; 0 where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stats = new Map<number, Stat>();
  const names = await readdir("/proc").catch(() => []);
  await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readStat(name);
        if (stat) stats.set(Number(name), stat);
      }),
  );
  const of = (one: number): number => {
    const stat = stats.get(one);
    if (!stat) return 0;
    const children = [...stats].filter(([, { parent }]) => parent === one).map(([child]) => of(child));
    return stat.own + stat.ended + children.reduce((sum, child) => sum + child, 0);
  };
  return of(pid) / TICKS;
}

/** The parent of a process; the server that a database's backend belongs to. */
export async function parentOf(pid: number): Promise<number> {
  return (await readStat(String(pid)))?.parent ?? -1;
}

async function readStat(pid: string): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // The name, in parentheses, may hold anything.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = -1] = fields;
  const [own, system, ended, endedSystem] = fields.slice(11, 15);
  return { parent, own: (own ?? 0) + (system ?? 0), ended: (ended ?? 0) + (endedSystem ?? 0) };
}
