import type { Contract } from "@/lib/http/contract";

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);

/** A route on disk: its folders below app, and what its file exports. */
export interface RouteOnDisk {
  segments: readonly string[];
  exports: readonly string[];
}

/** Where the routes on disk and the permission table differ, in words; empty when they agree (law 10). */
export function differences(
  routes: readonly RouteOnDisk[],
  contracts: readonly Pick<Contract, "method" | "path">[],
): string[] {
  const onDisk = routes.flatMap(({ segments, exports }) =>
    exports.filter((name) => METHODS.has(name)).map((method) => `${method} ${contractPath(segments)}`),
  );
  const inTable = contracts.map(({ method, path }) => `${method} ${path}`);
  const twice = inTable.filter((entry, index) => inTable.indexOf(entry) !== index);
  return [
    ...onDisk.filter((entry) => !inTable.includes(entry)).map((entry) => `${entry} has no contract`),
    ...inTable.filter((entry) => !onDisk.includes(entry)).map((entry) => `${entry} has no route`),
    ...twice.map((entry) => `${entry} stands twice in the table`),
  ];
}

/** ["api", "leads", "[leadId]"] as /api/leads/{leadId}; groups in parentheses do not show in an address. */
function contractPath(segments: readonly string[]): string {
  const shown = segments.filter((segment) => !/^\(.*\)$/.test(segment));
  return `/${shown.map((segment) => segment.replace(/^\[(?:\.\.\.)?(.+)\]$/, "{$1}")).join("/")}`;
}
