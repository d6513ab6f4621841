import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { contractTable } from "@/modules/contract-table";
import { differences } from "@/tests/support/contract-table-check";
import { listRouteFiles } from "@/tests/support/route-files";

describe("the permission table", () => {
  it("names exactly the routes on disk, method by method", async () => {
    const routes = await Promise.all(
      listRouteFiles().map(async ({ segments, file }) => ({
        segments,
        exports: Object.keys(await import(/* @vite-ignore */ pathToFileURL(file).href)),
      })),
    );
    expect(routes.length).toBeGreaterThan(10);
    expect(differences(routes, contractTable)).toEqual([]);
  });

  it("says why, wherever anybody may ask", () => {
    for (const { access, path } of contractTable) {
      if (access.kind === "public") expect(access.why.length, path).toBeGreaterThan(20);
      if (access.kind === "roles") expect(access.roles.length, path).toBeGreaterThan(0);
    }
  });

  it("has a contract for every parameter of its paths", () => {
    for (const { path, params, access } of contractTable) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      if (named.length === 0 || access.kind === "public") continue;
      const given = Object.fromEntries(named.map((name) => [name, "some-id"]));
      expect(params?.safeParse(given).success, path).toBe(true);
    }
  });
});

describe("the comparison itself", () => {
  const routes = [
    { segments: ["api", "(desk)", "leads", "[leadId]"], exports: ["GET", "dynamic"] },
    { segments: ["api", "auth", "[...nextauth]"], exports: ["POST"] },
  ];
  const table = [
    { method: "GET", path: "/api/leads/{leadId}" },
    { method: "POST", path: "/api/auth/{nextauth}" },
  ] as const;

  it("is content when both agree", () => {
    expect(differences(routes, table)).toEqual([]);
  });

  it("finds a route without a contract, a contract without a route, and a double", () => {
    expect(differences(routes, table.slice(1))).toEqual(["GET /api/leads/{leadId} has no contract"]);
    expect(differences(routes.slice(1), table)).toEqual(["GET /api/leads/{leadId} has no route"]);
    expect(differences(routes, [...table, table[0]])).toEqual(["GET /api/leads/{leadId} stands twice in the table"]);
    const another = [
      { ...routes[0], segments: routes[0]?.segments ?? [], exports: ["GET", "DELETE"] },
      ...routes.slice(1),
    ];
    expect(differences(another, table)).toEqual(["DELETE /api/leads/{leadId} has no contract"]);
  });
});
