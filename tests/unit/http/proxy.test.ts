import { NextRequest } from "next/server";
import { beforeAll, expect, it } from "vitest";
import { testEnvironment } from "@/tests/support/house";

beforeAll(() => {
  Object.assign(process.env, testEnvironment("postgres://nobody@127.0.0.1:1/none"));
});

const ask = async (method: string, origin?: string) => {
  const { proxy } = await import("@/proxy");
  const headers = origin === undefined ? {} : { origin };
  return proxy(new NextRequest("http://127.0.0.1:3000/api/leads", { method, headers }));
};

it("answers the preflight of an allowed origin", async () => {
  const { status, headers } = await ask("OPTIONS", "https://partner.example");
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe("https://partner.example");
  expect(headers.get("access-control-allow-credentials")).toBe("true");
  expect(headers.get("access-control-allow-headers")).toContain("idempotency-key");
});

it("gives no other origin anything", async () => {
  const { status, headers } = await ask("OPTIONS", "https://evil.example");
  expect(status).toBe(204);
  expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

it("lets everything else pass untouched", async () => {
  for (const response of [await ask("GET", "https://partner.example"), await ask("POST"), await ask("OPTIONS")]) {
    expect(response.headers.get("x-middleware-next")).toBe("1");
  }
});
