import { prettyFactory } from "pino-pretty";

const COLOURS: Record<string, number> = { database: 34, carrier: 35, web: 36, worker: 33, evenhand: 32 };
const NAME_WIDTH = 8;

const pretty = prettyFactory({
  colorize: true,
  singleLine: true,
  ignore: "pid,hostname,level,service",
  translateTime: "SYS:HH:MM:ss",
  minimumLevel: "trace",
});

function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    return pretty(JSON.parse(line)).trimEnd();
  } catch {
    // Not a log line after all, however it begins: shown as it came.
    return line;
  }
}

/** Answers a function that prints lines of one process: named and readable in a terminal, JSON left whole elsewhere. */
export function lineWriter(name: string): (line: string) => void {
  if (!process.stdout.isTTY) {
    return (line) => {
      if (line !== "") process.stdout.write(`${name}: ${line}\n`);
    };
  }
  const label = `\u001B[${COLOURS[name] ?? 37}m${name.padEnd(NAME_WIDTH)}\u001B[0m `;
  return (line) => {
    if (line === "") return;
    for (const part of readable(line).split("\n")) process.stdout.write(`${label}${part}\n`);
  };
}
