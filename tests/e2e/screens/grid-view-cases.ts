import { expect, test } from "vitest";
import { type GridStage, NAME, PHONE, PRIORITY } from "./grid-stage";
import { findings, PATIENT } from "./visitor";

/** Which leads the grid shows and how, in a browser: filters, columns, and views that keep both. */
export function gridViewCases({ product, visitors, run, cell, focused, openGrid }: GridStage): void {
  test("filters are typed, counted, corrected where they are wrong, grouped and shared, by keyboard alone", async () => {
    const page = await openGrid();
    await page.keyboard.press("/");
    // A pause lets the words be searched for, and the box keeps what is typed after it.
    const searched = () => new URL(page.url()).searchParams.get("q");
    await page.keyboard.type("00012");
    await expect.poll(searched, PATIENT).toBe("00012");
    for (let times = 0; times < 5; times += 1) await page.keyboard.press("Backspace");
    await expect.poll(searched, PATIENT).toBeNull();
    await page.keyboard.type("name:00012 phone:+14153000012 priority:hgih");
    const reading = page.getByRole("region", { name: "What is being typed" });
    await reading.getByText("(at character 40)").waitFor();
    await page.keyboard.press("Enter");
    expect(await findings(page), "a wrong filter").toEqual([]);
    for (let times = 0; times < 4; times += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type("normal");
    await reading.getByText("1 lead", { exact: true }).waitFor(PATIENT);
    await page.keyboard.press("Enter");
    const conditions = page.getByRole("list", { name: "Conditions" });
    await conditions.getByText("Priority is Normal").waitFor();
    await expect.poll(() => page.getByRole("grid").getAttribute("aria-rowcount"), PATIENT).toBe("2");

    // Another person with the link sees the same.
    const shared = await visitors.openAs("manager", page.url().slice(product.address.length));
    await shared.getByRole("list", { name: "Conditions" }).getByText("Phone contains +14153000012").waitFor();

    await conditions.getByRole("button", { name: "Phone contains +14153000012", exact: true }).focus();
    await page.keyboard.press("Delete");
    await conditions.getByText("Phone contains").waitFor({ state: "detached" });
    await page.keyboard.press("j");
    await page.keyboard.press("f");
    const builder = page.getByRole("dialog", { name: "Filter" });
    await builder.getByRole("button", { name: "Group" }).press("Enter");
    const group = builder.getByRole("group", { name: "Any of these holds" });
    await group.getByRole("button", { name: "Condition", exact: true }).press("Enter");
    await group
      .getByRole("combobox", { name: /^Priority: value/ })
      .first()
      .press("Enter");
    await page.getByRole("option", { name: "Urgent" }).waitFor();
    await page.keyboard.type("Urgent");
    // The list follows what is typed a moment later.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Urgent");
    await page.keyboard.press("Enter");
    await builder.getByText("0 leads").waitFor(PATIENT);
    expect(await findings(page), "the builder").toEqual([]);
    await builder.getByRole("button", { name: "Show them" }).press("Enter");
    await conditions.getByText("Priority is Urgent or Priority is High").waitFor();
    await page.getByText("No lead matches").waitFor();
  });

  test("columns by keyboard alone: sorted, widened, moved, pinned, hidden, kept as a view and found again", async () => {
    const page = await openGrid();
    const header = (name: string) => page.getByRole("columnheader", { name });
    const place = async (name: string) => Number(await header(name).getAttribute("aria-colindex"));
    const marked = () =>
      page.evaluate(() => document.activeElement?.role === "menuitem" && document.activeElement.textContent);
    // Not by its letters: a menu forgets them after a second, and a busy machine takes longer over them.
    const pick = async (item: string) => {
      await expect.poll(marked, PATIENT).not.toBe(false);
      for (let now = await marked(); now !== item; now = await marked()) {
        await page.keyboard.press("ArrowDown");
        // The menu moves its mark a moment after the key.
        await expect.poll(marked, PATIENT).not.toBe(now);
      }
      await page.keyboard.press("Enter");
    };
    const choose = async (column: number, item: string) => {
      await page.keyboard.press("Home");
      for (let step = 0; step < column; step += 1) await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Alt+ArrowUp");
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: item, exact: true }).waitFor();
      await pick(item);
      await page.getByRole("menu").waitFor({ state: "detached" });
      // The way back to the cells; not before the menu has given the focus back.
      await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute("data-menu"))).toBe(true);
      await page.keyboard.press("Escape");
      expect(await focused(page)).toBe(`0:${column}`);
    };
    await page.keyboard.press("j");
    await choose(NAME, "Sort descending");
    await cell(page, 0, NAME).getByText("Row 05000").waitFor();
    expect(await header("Name").getAttribute("aria-sort")).toBe("descending");
    const width = (await header("Phone").boundingBox())?.width ?? 0;
    await choose(PHONE, "Wider");
    await expect.poll(async () => (await header("Phone").boundingBox())?.width).toBe(width + 40);
    const before = await place("Disposition");
    await choose(before - 1, "Move right");
    await expect.poll(() => place("Disposition")).toBe(before + 1);
    await choose(before, "Pin to the left");
    await expect.poll(() => place("Disposition")).toBe(3);
    await choose(PRIORITY, "Hide");
    await header("Priority").waitFor({ state: "detached" });
    expect(await findings(page), "columns").toEqual([]);

    const height = async () => (await cell(page, 0, NAME).boundingBox())?.height ?? 0;
    const normal = await height();
    await page.getByRole("button", { name: "Columns" }).press("Enter");
    const density = (name: string) => page.getByRole("group", { name: "Density" }).getByRole("radio", { name });
    await density("Normal").press("ArrowLeft");
    await expect.poll(height).toBeLessThan(normal);
    await density("Compact").press("ArrowLeft");
    await expect.poll(height).toBeGreaterThan(normal);
    const roomy = await height();
    await page.keyboard.press("Escape");

    const views = page.getByRole("button", { name: "Views" });
    for (let steps = 0; steps < 40 && !(await views.evaluate((one) => one === document.activeElement)); steps += 1) {
      await page.keyboard.press("Shift+Tab");
    }
    await page.keyboard.press("Enter");
    await pick("Keep this as a view");
    await page.getByRole("dialog", { name: "Keep this as a view" }).waitFor();
    await page.keyboard.type(run);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: run, exact: true }).waitFor(PATIENT);
    await page.goto(`${product.address}/leads?sort=name&direction=asc`);
    // A page anew has the rows as high as they were left.
    await cell(page, 0, NAME).waitFor();
    await expect.poll(height).toBe(roomy);
    await page.getByRole("button", { name: "Views" }).press("Enter");
    await page.getByRole("menuitem", { name: run }).press("Enter");
    await cell(page, 0, NAME).getByText("Row 05000").waitFor(PATIENT);
    await expect.poll(() => place("Disposition")).toBe(3);
  });
}
