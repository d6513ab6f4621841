import { beforeAll, describe, expect, it } from "vitest";
import type { Contract } from "@/lib/http/contract";
import { newId } from "@/lib/ids";
import type { Role } from "@/lib/principal";
import { contractTable } from "@/modules/contract-table";
import { createAgent } from "@/tests/support/factories/agents";
import { createAdmin, createManager } from "@/tests/support/factories/users";
import { client, type Answer, type RequestOptions, type SignedInAs } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

// Generated from the table, so that a route added later is held to the same without a line here.
const house = testHouse();
const people = {} as Record<Role, SignedInAs>;

beforeAll(async () => {
  people.agent = await createAgent(house.db);
  people.manager = await createManager(house.db);
  people.admin = await createAdmin(house.db);
});

const name = ({ method, path }: Contract) => `${method} ${path}`;
const pathOf = (contract: Contract) => contract.path.replaceAll(/\{\w+\}/g, newId());
/** next-auth answers its own routes in its own way. */
const table = contractTable.filter((contract) => contract.path !== "/api/auth/{nextauth}");
const byRoles = table.filter((contract) => contract.access.kind === "roles");
const rolesOf = (contract: Contract): readonly Role[] =>
  contract.access.kind === "roles" ? contract.access.roles : [];

async function send(
  contract: Contract,
  person: SignedInAs | undefined,
  options: RequestOptions & { query?: string } = {},
): Promise<Answer<Record<string, unknown>>> {
  const path = pathOf(contract) + (options.query ?? "");
  const asker = client(person);
  if (contract.method === "GET") return asker.get(path, options);
  if (contract.method === "DELETE") return asker.delete(path, options);
  const body = contract.body && options.rawBody === undefined ? {} : undefined;
  const send = { POST: asker.post, PUT: asker.put, PATCH: asker.patch }[contract.method];
  return send(path, body, options);
}

/** An answer that refuses must be a problem document (RFC 9457) with a stable code. */
function expectProblem(answer: Answer<Record<string, unknown>>, status: number, code?: string): void {
  expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ status, success: false });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body.code).toMatch(/^[a-z_]+$/);
  expect(answer.body.type).toBe(`urn:evenhand:problem:${String(answer.body.code)}`);
  expect(typeof answer.body.detail).toBe("string");
  if (code !== undefined) expect(answer.body.code).toBe(code);
}

const anyOf = (contract: Contract): SignedInAs | undefined => {
  const [role] = rolesOf(contract);
  return role && people[role];
};

describe("without credentials, or with wrong ones,", () => {
  it.each(byRoles.map((contract) => [name(contract), contract] as const))("%s is 401", async (_name, contract) => {
    expectProblem(await send(contract, undefined), 401, "not_signed_in");
    for (const authorization of ["Bearer nonsense", "Bearer", "Basic YTpi", `Bearer ${"a".repeat(5_000)}`]) {
      expectProblem(await send(contract, undefined, { headers: { authorization } }), 401, "not_signed_in");
    }
    const cookie = "next-auth.session-token=forged";
    expectProblem(await send(contract, undefined, { headers: { cookie } }), 401, "not_signed_in");
  });

  const machines = table.filter(({ access }) => access.kind === "cron" || access.kind === "metrics");
  it.each(machines.map((contract) => [name(contract), contract] as const))("%s is 401", async (_name, contract) => {
    expectProblem(await send(contract, undefined), 401, "invalid_token");
    expectProblem(await send(contract, people.admin), 401, "invalid_token");
    expectProblem(await send(contract, undefined, { headers: { authorization: "Bearer " } }), 401, "invalid_token");
  });

  const webhooks = table.filter(({ access }) => access.kind === "carrier");
  it.each(webhooks.map((contract) => [name(contract), contract] as const))("%s is 403", async (_name, contract) => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const unsigned = await send(contract, undefined, { headers: form, rawBody: "CallSid=CA0" });
    expect(unsigned.status).toBe(403);
    const headers = { ...form, "x-twilio-signature": "d3Jvbmcgc2lnbmF0dXJl" };
    expect((await send(contract, undefined, { headers, rawBody: "CallSid=CA0" })).status).toBe(403);
    expect((await send(contract, people.admin, { headers: form, rawBody: "CallSid=CA0" })).status).toBe(403);
  });
});

describe("with the credentials of a role that may not,", () => {
  const cases = byRoles.flatMap((contract) =>
    (["agent", "manager", "admin"] as const)
      .filter((role) => !rolesOf(contract).includes(role))
      .map((role) => [name(contract), role, contract] as const),
  );
  it.each(cases)("%s is 403 for %s", async (_name, role, contract) => {
    expectProblem(await send(contract, people[role]), 403, "forbidden");
  });
});

describe("a body of the wrong form", () => {
  const withBody = table.filter((contract) => contract.body !== undefined);
  it.each(withBody.map((contract) => [name(contract), contract] as const))("%s refuses it", async (_name, contract) => {
    const person = anyOf(contract);
    for (const rawBody of ["{", "", "{'a':1}", "NaN", '{"a":1}{"b":2}', "\u0000"]) {
      expectProblem(await send(contract, person, { rawBody }), 400, "malformed_json");
    }
    for (const rawBody of ["null", "[]", '"text"', "1", '{"no_such_field":1}', '{"__proto__":{"a":1}}']) {
      expectProblem(await send(contract, person, { rawBody }), 400, "invalid_request");
    }
    const text = { "content-type": "text/plain" };
    expectProblem(await send(contract, person, { headers: text, rawBody: "{}" }), 415, "unsupported_media_type");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expectProblem(await send(contract, person, { headers: form, rawBody: "a=1" }), 415, "unsupported_media_type");
    const huge = `{"a":"${"x".repeat((contract.maxBodyBytes ?? 1_048_576) + 1)}"}`;
    expectProblem(await send(contract, person, { rawBody: huge }), 413, "body_too_large");
    const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect((await send(contract, person, { rawBody: deep })).status).toBe(400);
  });
});

describe("a query the route does not know", () => {
  const withQuery = byRoles.filter((contract) => contract.query !== undefined);
  it.each(withQuery.map((contract) => [name(contract), contract] as const))(
    "%s refuses it",
    async (_name, contract) => {
      expectProblem(await send(contract, anyOf(contract), { query: "?no_such_field=1" }), 400, "invalid_request");
    },
  );
});
