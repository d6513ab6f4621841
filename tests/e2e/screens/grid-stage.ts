import { beforeAll, expect } from "vitest";
import type { Page } from "playwright-core";
import type { Lead } from "@/modules/leads/schemas";
import type { RunningHouse } from "@/tests/support/product";
import { PASSWORD } from "../signed-in";
import { addLeads } from "./many-leads";
import type { Visitors } from "./visitor";

/** Leads that the grid's cases have of their own. */
export const ROWS = 5_000;
/** For what a busy machine takes long over. */
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
/** Columns as they are shown at first, behind the boxes. */
export const NAME = 1;
export const PHONE = 2;
export const PRIORITY = 4;
export const TAGS = 5;
export const AGENT = 6;
export const FOLLOW_UP = 7;

const run = `grid-${Date.now()}`;
const filter = { field: "source", op: "eq", value: run };
const PATH = `/leads?filter=${encodeURIComponent(JSON.stringify(filter))}&sort=name&direction=asc`;

/** What the cases of the grid stand on: leads that nobody else touches, a manager's API, and the grid that shows them. */
export type GridStage = ReturnType<typeof gridStage>;

/** Adds the leads before the file's tests; call it once. */
export function gridStage(product: RunningHouse, visitors: Visitors) {
  let bearer = "";

  beforeAll(async () => {
    await addLeads(product.dataDirectory, ROWS, "Row", run);
    const body = { email: "manager@evenhand.test", password: PASSWORD };
    bearer = (await send<{ access_token: string }>("POST", "/api/auth/token", body)).access_token;
  });

  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(product.address + path, {
      method,
      headers: { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path} answered ${response.status}`).toBe(true);
    return (await response.json()) as T;
  }

  interface Found {
    leads: Lead[];
    total: number;
  }
  const found = (...further: object[]): Promise<Found> =>
    send("POST", "/api/leads/advanced-search", {
      filter: { and: [filter, ...further] },
      sort: { field: "name" },
      limit: 5,
    });
  const named = async (name: string): Promise<number> =>
    (await found({ field: "name", op: "starts_with", value: name })).total;

  const cell = (page: Page, row: number, column: number) => page.locator(`[data-cell="${row}:${column}"]`);
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-cell"));

  async function openGrid(options = {}): Promise<Page> {
    const page = await visitors.openAs("manager", "/leads", { ...CLIPBOARD, ...options });
    await page.goto(product.address + PATH);
    await cell(page, 0, NAME).getByText("Row 00001").waitFor();
    return page;
  }

  return { product, visitors, run, send, found, named, cell, focused, openGrid };
}
