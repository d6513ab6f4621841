import { beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { RunningHouse } from "@/tests/support/product";
import { Keyboard } from "./keyboard";
import { addLeads } from "./many-leads";
import { PATIENT, type Visitors } from "./visitor";

type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

const ROWS = 40;

const run = `keys-${Date.now()}`;
const filter = { field: "source", op: "eq", value: run };
const LIST = `/leads?filter=${encodeURIComponent(JSON.stringify(filter))}&sort=name&direction=asc`;

/** Work on leads without a mouse, from the first key to the last. */
export function keyboardLeadsCases(product: RunningHouse, visitors: Visitors, send: Send): void {
  beforeAll(() => addLeads(product.dataDirectory, ROWS, "Key", run));

  const cell = (page: Page, row: number, column: number) => page.locator(`[data-cell="${row}:${column}"]`);
  const title = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

  async function openList(): Promise<Keyboard> {
    const page = await visitors.openAs("manager", LIST);
    await cell(page, 0, 1).getByText("Key 00001").waitFor();
    return new Keyboard(page);
  }

  test("without a mouse: filtered, selected, changed in bulk after a preview, and taken back", async () => {
    const found = await send("POST", "/api/leads/advanced-search", { filter, sort: { field: "name" }, limit: 9 });
    const ninth = (found.leads as { lead_id: string }[])[8];
    await send("POST", `/api/leads/${ninth?.lead_id}/lock`, { reason: "Contract out for signature" });
    const keys = await openList();
    const { page } = keys;
    const rows = () => page.getByRole("grid").getAttribute("aria-rowcount");

    // Whoever pauses while typing words goes on where they were.
    await keys.press("/");
    await keys.type("Key 0000");
    await expect.poll(rows, PATIENT).toBe("10");
    await keys.type("3");
    await expect.poll(rows, PATIENT).toBe("2");
    await keys.press("Escape");
    await expect.poll(rows, PATIENT).toBe(String(ROWS + 1));
    await keys.type("priority:normal");
    await page.getByRole("region", { name: "What is being typed" }).getByText("40 leads").waitFor();
    await keys.press("Enter");
    await page.getByRole("list", { name: "Conditions" }).getByText("Priority is Normal").waitFor();
    await keys.press("ArrowDown");
    await keys.press("f");
    const builder = page.getByRole("dialog", { name: "Filter" });
    await keys.tabTo(builder.getByRole("button", { name: "Condition", exact: true }));
    // The focus goes to the new one.
    await keys.press("Enter", "Enter");
    await keys.press("Home");
    await keys.tabTo(page.getByRole("option", { name: "Name", exact: true }), "ArrowDown");
    await keys.press("Enter");
    await keys.tabTo(builder.getByRole("textbox", { name: "Name: value" }));
    await keys.type("Key 0000");
    await builder.getByText("9 leads").waitFor(PATIENT);
    await keys.clean("the builder");
    await keys.press("Enter");
    await expect.poll(rows, PATIENT).toBe("10");

    await keys.press("j", "x", "j", "j", "Shift+X");
    const bar = page.getByRole("region", { name: "Selected leads" });
    await bar.getByText("of 9 selected").waitFor();
    await keys.tabTo(bar.getByRole("button", { name: /^Select all 9/ }));
    await keys.press("Enter");
    await bar.getByText("All 9").waitFor();
    await keys.clean("the bar");
    await keys.tabTo(bar.getByRole("button", { name: "Priority" }));
    await keys.press("Enter");
    await keys.tabTo(page.getByRole("menuitem", { name: "Urgent" }), "ArrowDown");
    await keys.press("Enter");

    const preview = page.getByRole("dialog", { name: "Change 9 leads" });
    const apply = preview.getByRole("button", { name: "Change 8 leads" });
    await apply.waitFor(PATIENT);
    await preview.getByText("Locked: unlock it first").waitFor();
    await keys.tabTo(preview.getByRole("group", { name: /^What changes/ }));
    await keys.press("End");
    await keys.clean("the preview");
    await keys.tabTo(apply);
    await keys.press("Enter");
    const result = page.getByRole("dialog", { name: "8 leads changed" });
    await result.getByText("What has changed").waitFor(PATIENT);
    await keys.clean("the result");
    await keys.tabTo(result.getByRole("button", { name: "Undo" }));
    await keys.press("Enter");
    await page.getByText("8 leads as before").waitFor(PATIENT);
    await expect.poll(rows, PATIENT).toBe("10");
    await keys.press("j");
    expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-cell"))).toBe(true);

    // One way back from a few, by the message that tells of them.
    await keys.press("x");
    await keys.tabTo(bar.getByRole("button", { name: "Disposition" }));
    await keys.press("Enter");
    await keys.tabTo(page.getByRole("menuitem", { name: "Contacted" }), "ArrowDown");
    await keys.press("Enter");
    await keys.undo("Disposition: Contacted on 1 lead");
    await page.getByText("1 lead as before").waitFor(PATIENT);
    await keys.tabTo(bar.getByRole("button", { name: "Clear the selection" }));
    await keys.press("Enter");
    await bar.waitFor({ state: "detached" });
  });

  test("without a mouse: a view is kept, begun with, left and chosen again", async () => {
    const keys = await openList();
    const { page } = keys;
    const name = `Mine ${run}`;
    const views = (now: string | RegExp) => page.getByRole("button", { name: now });
    const menu = async (now: string | RegExp, item: RegExp) => {
      await keys.tabTo(views(now));
      await keys.press("Enter");
      await keys.tabTo(page.getByRole("menuitem", { name: item }), "ArrowDown");
    };
    await menu("Views", /^Keep this as a view/);
    await keys.press("Enter");
    await page.getByRole("dialog", { name: "Keep this as a view" }).waitFor();
    await keys.type(name);
    await keys.clean("a name for a view");
    await keys.press("Enter");
    await views(name).waitFor();
    await menu(name, /^Begin with it/);
    await keys.clean("the menu of views");
    await keys.press("Enter");
    await menu(name, /^All leads/);
    await keys.press("Enter");
    await views("Views").waitFor();
    await menu("Views", new RegExp(`^${name}`));
    await keys.press("Enter");
    await cell(page, 0, 1).getByText("Key 00001").waitFor();

    await page.goto(`${product.address}/leads`);
    await cell(page, 0, 1).getByText("Key 00001").waitFor();
    await views(name).waitFor();
    await menu(name, /^Delete/);
    await keys.press("Enter");
    await views("Views").waitFor();
  });

  test("without a mouse: a lead is opened from its list, written to, given to somebody, and left again", async () => {
    const keys = await openList();
    const { page } = keys;
    await keys.press("j", "j", "Enter");
    await title(page, "Key 00002").waitFor();
    await page.getByRole("button", { name: "Next lead: Key 00003" }).waitFor();
    await keys.press("j");
    await title(page, "Key 00003").waitFor();
    await page.getByRole("button", { name: "Previous lead: Key 00002" }).waitFor();
    await keys.press("k");
    await title(page, "Key 00002").waitFor();

    await keys.press("m");
    await keys.type("Ask again, @gra");
    await page.getByRole("option", { name: /Grace Nakamura/ }).waitFor();
    await keys.press("Enter");
    await keys.type("on Monday");
    await keys.press("Control+Enter");
    const note = page.getByRole("listitem").filter({ hasText: "Ask again, @Grace Nakamura on Monday" });
    await note.waitFor();
    await keys.press("Escape");

    await keys.press("a");
    const dialog = page.getByRole("dialog", { name: "Assign" });
    await keys.tabTo(dialog.getByRole("radio").first());
    await keys.press("Space");
    await keys.tabTo(dialog.getByRole("button", { name: "Assign", exact: true }));
    await keys.press("Enter");
    const agent = page.getByRole("region", { name: "Assigned agent" });
    await keys.tabTo(agent.getByRole("button", { name: "Why this agent?" }));
    await keys.press("Enter");
    await page.getByRole("dialog", { name: /^Why / }).waitFor();
    await keys.clean("why");
    await keys.press("Escape");

    const more = async (item: string) => {
      await keys.tabTo(page.getByRole("button", { name: "More", exact: true }), "Shift+Tab");
      await keys.press("Enter");
      await keys.tabTo(page.getByRole("menuitem", { name: item }), "ArrowDown");
      await keys.press("Enter");
    };
    await more("Lock");
    await page.getByRole("dialog", { name: "Lock this lead" }).waitFor();
    await keys.type("Contract out for signature");
    await keys.press("Control+Enter");
    await agent.getByText("Contract out for signature").waitFor();
    await more("Unlock");
    await agent.getByText("Contract out for signature").waitFor({ state: "detached" });

    const facts = page.getByRole("complementary", { name: "Facts" });
    await keys.tabTo(facts.getByRole("button", { name: /^Name: / }));
    await keys.press("Enter");
    await keys.type("Key 00002 renamed");
    await keys.press("Enter");
    await title(page, "Key 00002 renamed").waitFor();
    await keys.tabTo(facts.getByRole("combobox", { name: /^Priority/ }), "Shift+Tab");
    await keys.press("Enter");
    await keys.tabTo(page.getByRole("option", { name: "High" }), "ArrowDown");
    await keys.press("Enter");
    await facts.getByRole("combobox", { name: "Priority: High" }).waitFor();
    await keys.tabTo(facts.getByRole("button", { name: "Add tag" }));
    await keys.press("Enter");
    await keys.type("keyboard,");
    await keys.press("Escape");
    await keys.tabTo(facts.getByRole("button", { name: "Remove keyboard" }), "Shift+Tab");
    await keys.press("Enter");
    await facts.getByRole("button", { name: "Remove keyboard" }).waitFor({ state: "detached" });

    const files = page.getByRole("region", { name: "Files" });
    const chooser = page.waitForEvent("filechooser");
    await keys.tabTo(files.getByRole("button", { name: /Attach/ }));
    await keys.press("Enter");
    await (await chooser).setFiles([{ name: "plan.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
    await keys.tabTo(files.getByRole("button", { name: "Remove plan.csv" }));
    await keys.press("Enter");
    await page
      .getByText(/removed plan\.csv/)
      .first()
      .waitFor();
    await keys.clean("the lead");

    await keys.tabTo(page.getByRole("link", { name: "Back to the list" }), "Shift+Tab");
    await keys.press("u");
    await page.waitForURL((url) => url.pathname === "/leads" && url.searchParams.get("sort") === "name");
    // Back in the list, one is at the lead one comes from.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-cell")), PATIENT)
      .toBe("1:0");
    await keys.press("j");
  });
}
