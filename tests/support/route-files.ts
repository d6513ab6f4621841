import { readdirSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { RouteHandler } from "@/lib/http/route";

const ROOT = resolve(import.meta.dirname, "../../app");

export interface RouteFile {
  /** Segments as on disk: "api", "leads", "[leadId]" */
  segments: readonly string[];
  file: string;
}

export interface FoundRoute {
  handlers: Partial<Record<string, RouteHandler>>;
  params: Record<string, string | string[]>;
}

let files: readonly RouteFile[] | undefined;

/** The route file that Next would choose for a path, imported, with the path's parameters; undefined when none. */
export async function findRoute(pathname: string): Promise<FoundRoute | undefined> {
  files ??= listRouteFiles();
  const wanted = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  for (const { segments, file } of files) {
    const params = match(segments, wanted);
    if (params)
      return {
        handlers: await import(/* @vite-ignore */ pathToFileURL(file).href),
        params,
      };
  }
  return undefined;
}

/** Every route file of the API, fixed segments before parameters. */
export function listRouteFiles(): RouteFile[] {
  return readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((name) => name.startsWith(`api${sep}`) && name.endsWith(`${sep}route.ts`))
    .map((name) => ({
      segments: name.split(sep).slice(0, -1),
      file: join(ROOT, name),
    }))
    .sort((one, other) => rank(one.segments).localeCompare(rank(other.segments)));
}

/** Fixed segments are tried before [one], and [one] before [...all]. */
function rank(segments: readonly string[]): string {
  return segments.map((segment) => (segment.startsWith("[...") ? "3" : segment.startsWith("[") ? "2" : "1")).join("");
}

function match(segments: readonly string[], wanted: readonly string[]): FoundRoute["params"] | undefined {
  const params: FoundRoute["params"] = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith("[...")) {
      params[segment.slice(4, -1)] = wanted.slice(index);
      return wanted.length > index ? params : undefined;
    }
    const given = wanted[index];
    if (given === undefined) return undefined;
    if (segment.startsWith("[")) params[segment.slice(1, -1)] = given;
    else if (segment !== given) return undefined;
  }
  return segments.length === wanted.length ? params : undefined;
}
