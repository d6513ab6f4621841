import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { PASSWORD } from "../signed-in";
import { AGENT, FOLLOW_UP, type GridStage, NAME, PHONE, PRIORITY, ROWS, TAGS } from "./grid-stage";
import { findings, type Look, overflows, PATIENT } from "./visitor";

/** The cells of the grid of leads in a browser: in a product that another file has started, since each costs a start. */
export function gridCellCases(
  { send, found, named, cell, focused, openGrid }: GridStage,
  looks: readonly Look[],
): void {
  test("by keyboard alone: go, edit, refuse, choose, undo; the way back outlives the page; axe finds nothing", async () => {
    const page = await openGrid();
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe(String(ROWS + 1));
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).toBe(`0:${NAME}`);
    await page.keyboard.press("F2");
    await page.keyboard.type("Row 00001 edited");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe(`1:${NAME}`);
    await expect.poll(() => named("Row 00001 edited"), PATIENT).toBe(1);

    // A number that is none is said at the cell, and nothing is sent.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type("no number");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "not a phone number" }).waitFor();
    expect(await findings(page), "a refused editor").toEqual([]);
    await page.keyboard.press("Escape");
    expect(await focused(page)).toBe(`1:${PHONE}`);

    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByRole("listbox", { name: /^Priority of Row 00002/ }).waitFor();
    expect(await findings(page), "a choice").toEqual([]);
    await page.keyboard.type("urg");
    await page.keyboard.press("Tab");
    await cell(page, 1, PRIORITY).getByText("Urgent").waitFor();
    await expect
      .poll(async () => (await found({ field: "priority", op: "eq", value: "urgent" })).total, PATIENT)
      .toBe(1);

    // Tags: too long a one is said at the cell; the others are kept once each, without what is blank around them.
    await page.keyboard.type("x".repeat(50));
    await page.keyboard.press("Tab");
    await page.getByRole("alert").filter({ hasText: "A tag has at most" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("VIP,  late   payer ; vip");
    await page.keyboard.press("Tab");
    const second = async () => (await found({ field: "name", op: "eq", value: "Row 00002" })).leads[0];
    await expect.poll(async () => (await second())?.tags, PATIENT).toEqual(["VIP", "late payer"]);
    // An agent: of a name that nobody has, none can be taken, and the editor stays; part of a name finds its bearer.
    expect(await focused(page)).toBe(`1:${AGENT}`);
    await page.keyboard.type("aishax");
    const agents = page.getByRole("listbox", { name: /^Agent of Row 00002/ });
    await agents.getByText("Nothing of this name").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Backspace");
    await agents.getByRole("option", { name: /^Aisha Rahman/, selected: true }).waitFor();
    await page.keyboard.press("Tab");
    await cell(page, 1, AGENT).getByText("Aisha Rahman").waitFor();
    await expect.poll(async () => (await second())?.assigned_agent, PATIENT).toBe("agent1@evenhand.test");

    await page.getByText("Saving", { exact: false }).waitFor({ state: "detached" });
    await page.reload();
    await cell(page, 1, PRIORITY).getByText("Urgent").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Control+z");
    await cell(page, 1, AGENT).getByText("Unassigned").waitFor();
    await page.keyboard.press("Control+z");
    await cell(page, 1, TAGS).getByText("late payer").waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await cell(page, 1, PRIORITY).getByText("Normal").waitFor();
    await page.keyboard.press("Control+z");
    await expect.poll(() => named("Row 00001 edited"), PATIENT).toBe(0);
    await page.keyboard.press("Control+Shift+z");
    await expect.poll(() => named("Row 00001 edited"), PATIENT).toBe(1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => named("Row 00001 edited"), PATIENT).toBe(0);

    await page.keyboard.press("Control+End");
    await cell(page, ROWS - 1, NAME)
      .getByText("Row 05000")
      .waitFor();
    expect(await findings(page), "the last row").toEqual([]);
  });

  test("dates by keyboard alone: written, refused, picked from the calendar, pasted, emptied, taken back", async () => {
    const page = await openGrid({ locale: "en-GB" });
    const dated = async (op: string, value?: string) =>
      (await found({ field: "follow_up_on", op, ...(value !== undefined && { value }) })).total;
    const date = (row: number) => cell(page, row, FOLLOW_UP);
    await page.keyboard.press("j");
    for (let step = 0; step < FOLLOW_UP; step += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.type("31/11/2027");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "no date; write it as 31/12/" }).waitFor();
    await page.getByRole("grid", { name: /20\d\d/ }).waitFor();
    expect(await findings(page), "a refused date").toEqual([]);
    for (let letter = 0; letter < 10; letter += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type("30/11/2027");
    await page.keyboard.press("Enter");
    await date(0).getByText("30 Nov 2027").waitFor();
    expect(await focused(page)).toBe(`1:${FOLLOW_UP}`);
    await expect.poll(() => dated("is_not_empty"), PATIENT).toBe(1);

    // From what is written into its month: a day on, a week on, a month on.
    await page.keyboard.type("24 Dec 2027");
    await page.getByRole("button", { name: /24 December 2027, chosen/ }).waitFor();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowDown", "PageDown"]) await page.keyboard.press(key);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")), PATIENT)
      .toMatch(/^Tuesday,? 1 February 2028$/);
    await page.keyboard.press("Enter");
    await date(1).getByText("1 Feb 2028").waitFor();
    expect(await focused(page)).toBe(`1:${FOLLOW_UP}`);
    await expect.poll(() => dated("is_not_empty"), PATIENT).toBe(2);

    // From the agents' column on: what cannot be read is said at its cell, and the others of its row are written.
    const pasted = "Aisha Rahmen\t2027-03-01\n\t1.4.27\n\tsoon\n\t3 May 2027\n";
    await page.evaluate((text) => navigator.clipboard.writeText(text), pasted);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+v");
    await page.getByText("2 cells could not be read").waitFor();
    await cell(page, 1, AGENT).getByText("There is no agent “Aisha Rahmen”. Wanted: Aisha Rahmen").waitFor();
    expect(await cell(page, 1, AGENT).getAttribute("aria-invalid")).toBe("true");
    await cell(page, 1, AGENT).getByText("Unassigned").waitFor();
    await page.keyboard.press("ArrowRight");
    await date(4).getByText("3 May 2027").waitFor();
    await expect.poll(() => dated("eq", "2027-04-01"), PATIENT).toBe(1);
    expect(await dated("is_not_empty")).toBe(4);
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Delete");
    await expect.poll(() => dated("is_not_empty"), PATIENT).toBe(2);
    await page.keyboard.press("Control+z");
    await expect.poll(() => dated("is_not_empty"), PATIENT).toBe(4);
    await date(1).getByText("1 Mar 2027").waitFor();
    await page.keyboard.press("Control+Shift+z");
    await expect.poll(() => dated("is_not_empty"), PATIENT).toBe(2);
  });

  test("5,000 rows from a spreadsheet are pasted as one change, with what cannot be read marked, and taken back", async () => {
    const page = await openGrid();
    const lines = Array.from(
      { length: ROWS },
      (_, row) => `Pasted ${row + 1}\t${row === 7 ? "none" : `+1 415 555 ${1_000 + row}`}`,
    );
    await page.evaluate((text) => navigator.clipboard.writeText(text), lines.join("\r\n"));
    await cell(page, 0, NAME).click({ position: { x: 150, y: 10 } });
    await page.keyboard.press("Control+v");
    await page.getByText("1 cell could not be read").waitFor(PATIENT);
    await expect.poll(() => named("Pasted"), PATIENT).toBe(ROWS);
    await page.getByRole("button", { name: "1 not saved" }).waitFor();
    expect(await findings(page), "marked cells").toEqual([]);
    const back = { field: "phone", op: "eq", value: "+14155551012" };
    expect((await found(back)).leads[0]?.name).toBe("Pasted 13");
    await cell(page, 2, NAME).click({ position: { x: 150, y: 10 } });
    await page.keyboard.press("Control+z");
    await expect.poll(() => named("Row "), PATIENT).toBe(ROWS);
  });

  test.each(looks)(
    "all that match are assigned: chosen, previewed, applied, taken back: $name",
    async ({ options }) => {
      const [locked] = (await found()).leads;
      await send("POST", `/api/leads/${locked?.lead_id}/lock`, { reason: "Contract out for signature" });
      const page = await openGrid(options);
      await cell(page, 1, 0).getByRole("checkbox").click();
      await page.getByRole("button", { name: /^Select all 5,000/ }).click();
      const bar = page.getByRole("region", { name: "Selected leads" });
      await bar.getByText("All 5,000").waitFor();
      expect(await findings(page), "the bar").toEqual([]);
      await bar.getByRole("button", { name: "Assign" }).click();
      const choice = page.getByRole("dialog", { name: "Assign 5,000 leads" });
      await choice.getByText(/^There is room for/).waitFor();
      expect(await findings(page), "the choice").toEqual([]);
      await choice.getByRole("button", { name: "Preview" }).click();

      const preview = page.getByRole("dialog", { name: "Assign 5,000 leads" });
      const apply = preview.getByRole("button", { name: /^Assign \d+ leads?$/ });
      await apply.waitFor(PATIENT);
      const assigned = { field: "assigned_agent", op: "is_not_empty" };
      expect((await found(assigned)).total, "a preview writes nothing").toBe(0);
      await preview.getByRole("heading", { name: "Who gets them" }).waitFor();
      await preview.getByText("Locked: unlock it first").waitFor();
      await preview.getByText("No agent had room left").first().waitFor();
      expect(await findings(page), "the preview").toEqual([]);
      expect(await overflows(page)).toBe(false);
      const will = Number(/\d+/.exec((await apply.textContent()) ?? "")?.[0]);
      await apply.click();
      const result = page.getByRole("dialog", { name: `${will} leads assigned` });
      await result.getByText("What has changed").waitFor(PATIENT);
      expect((await found(assigned)).total).toBe(will);
      expect(await findings(page), "the result").toEqual([]);
      await result.getByRole("button", { name: "Undo" }).click();
      await page.getByText(`${will} leads as before`).waitFor(PATIENT);
      expect((await found(assigned)).total).toBe(0);
      await send("DELETE", `/api/leads/${locked?.lead_id}/lock`);
    },
  );

  test("two managers in the same rows: each sees what the other writes, and neither writes over it unseen", async () => {
    const [mine, theirs] = [await openGrid(), await openGrid()];
    const click = (page: Page, row: number) => cell(page, row, NAME).click({ position: { x: 150, y: 10 } });
    const marked = [await newsOn(mine), await newsOn(theirs)] as const;
    await click(theirs, 3);
    await theirs.keyboard.type("Row 00004 theirs");
    await theirs.keyboard.press("Enter");
    await cell(mine, 3, NAME).getByText("Row 00004 theirs").waitFor(PATIENT);
    // Marked for a moment.
    await expect.poll(marked[0], PATIENT).toContain(`3:${NAME}`);
    await expect.poll(() => cell(mine, 3, NAME).getAttribute("title"), PATIENT).toBeNull();

    await click(mine, 4);
    await mine.keyboard.press("F2");
    await click(theirs, 4);
    await theirs.keyboard.type("Row 00005 theirs");
    await theirs.keyboard.press("Enter");
    await expect.poll(() => named("Row 00005 theirs"), PATIENT).toBe(1);
    await mine.waitForTimeout(1_000);
    await mine.keyboard.type("Row 00005 mine");
    await mine.keyboard.press("Enter");
    const refused = mine.getByRole("button", { name: "1 not saved" });
    await refused.waitFor();
    await cell(mine, 4, NAME).getByText("Row 00005 theirs").waitFor();
    expect(await named("Row 00005 mine")).toBe(0);
    expect(await marked[1](), "who writes needs no mark").toEqual([]);
    await refused.press("Enter");
    await mine.getByRole("menuitem", { name: "Go to it" }).press("Enter");
    await expect.poll(() => focused(mine)).toBe(`4:${NAME}`);
    await refused.press("Enter");
    await mine.getByRole("menuitem", { name: "Write mine over theirs" }).press("Enter");
    await cell(theirs, 4, NAME).getByText("Row 00005 mine").waitFor(PATIENT);

    // Another's way back is their own.
    await click(theirs, 6);
    await theirs.keyboard.press("Control+z");
    await expect.poll(() => named("Row 00005 theirs"), PATIENT).toBe(0);
    await cell(mine, 3, NAME).getByText("Row 00004 theirs").waitFor();
  });

  test("a block of cells: by mouse, by keys, all of them; copied as a spreadsheet takes it", async () => {
    const page = await openGrid();
    const chosen = page.locator('[data-cell][aria-selected="true"]');
    const at = { position: { x: 100, y: 10 } };
    await cell(page, 7, NAME).hover(at);
    await page.mouse.down();
    await cell(page, 9, PHONE).hover(at);
    await page.mouse.up();
    expect(await chosen.count()).toBe(6);
    await page.keyboard.press("Control+c");
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\r\n");
    expect(lines.map((line) => line.split("\t"))).toEqual([
      ["Row 00008", expect.stringMatching(/^\+1415/)],
      ["Row 00009", expect.stringMatching(/^\+1415/)],
      ["Row 00010", expect.stringMatching(/^\+1415/)],
    ]);
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowRight");
    expect(await chosen.count()).toBe(12);
    expect(await focused(page)).toBe(`7:${NAME}`);
    await page.keyboard.press("Escape");
    expect(await chosen.count()).toBe(0);
    // Dragged by its handle, a cell fills those beneath it, as one change.
    await cell(page, 10, NAME).click(at);
    await page.locator("[data-fill]").hover();
    await page.mouse.down();
    await cell(page, 12, NAME).hover(at);
    await page.mouse.up();
    await expect.poll(() => named("Row 00011"), PATIENT).toBe(3);
    await page.keyboard.press("Control+z");
    await expect.poll(() => named("Row 00011"), PATIENT).toBe(1);
    await expect.poll(() => named("Row 00013"), PATIENT).toBe(1);
    await page.keyboard.press("Control+a");
    await expect.poll(() => cell(page, 0, NAME).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Control+End");
    await cell(page, ROWS - 1, NAME).waitFor();
    await page.keyboard.press("End");
    const last = (await page.getByRole("grid").getAttribute("aria-colcount")) ?? "";
    expect(await focused(page)).toBe(`${ROWS - 1}:${Number(last) - 1}`);
    await page.keyboard.press("Home");
    expect(await focused(page)).toBe(`${ROWS - 1}:0`);
    await page.keyboard.press("Control+Home");
    expect(await focused(page)).toBe("0:0");
    expect(await cell(page, 0, 0).isVisible()).toBe(true);
  });

  test("an edit outlives the end of the session, and a page that goes before it was saved", async () => {
    const page = await openGrid();
    await page.context().clearCookies();
    await cell(page, 5, NAME).click({ position: { x: 150, y: 10 } });
    await page.keyboard.type("Row 00006 signed in again");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Sign in again" }).getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await expect.poll(() => named("Row 00006 signed in again"), PATIENT).toBe(1);

    await page.route("**/api/leads/bulk-edit", (route) => route.abort());
    await cell(page, 6, NAME).click({ position: { x: 150, y: 10 } });
    await page.keyboard.type("Row 00007 kept");
    await page.keyboard.press("Enter");
    await page.getByText("Saving 1…").waitFor();
    await page.reload();
    await page.unroute("**/api/leads/bulk-edit");
    await expect.poll(() => named("Row 00007 kept"), PATIENT).toBe(1);
  });
}

/** Begins to note the cells of a page that are marked as changed just now; the answer tells which were. */
async function newsOn(page: Page): Promise<() => Promise<string[]>> {
  const noted = await page.evaluateHandle(() => {
    const cells: string[] = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const { title, dataset } = target as HTMLElement;
        if (title === "Changed just now") cells.push(dataset.cell ?? "");
      }
    }).observe(document.body, { subtree: true, attributeFilter: ["title"] });
    return cells;
  });
  return () => noted.jsonValue();
}
