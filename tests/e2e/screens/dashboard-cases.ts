import { expect, test } from "vitest";
import type { RunningHouse } from "@/tests/support/product";
import { withAgents } from "./many-leads";
import { findings, overflows, PATIENT, type Visitors } from "./visitor";

/** What managers do on the dashboard: capacity and availability in place, many agents, loads evened out. */
export function dashboardCases(product: RunningHouse, visitors: Visitors): void {
  test("capacity is changed in place, moves the sums, marks whoever has more, and is undone", async () => {
    const page = await visitors.openAs("manager", "/dashboard");
    const row = page.getByRole("row").filter({ hasText: "Finn Gallagher" });
    const used = page.getByText(/^of \d+$/).nth(1);
    const before = await used.textContent();
    await row.getByRole("button", { name: /Capacity of Finn/ }).press("Enter");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    await row.getByText("/ 3", { exact: true }).waitFor();
    const over = row.getByText(/^\d+ over$/);
    await over.waitFor();
    const those = page.getByRole("button", { name: /^Over capacity/ });
    await those.press("Enter");
    await page.getByRole("row").filter({ hasText: "Hugo Martin" }).waitFor({ state: "detached" });
    await over.waitFor();
    await page.getByRole("button", { name: /^All/ }).press("Enter");
    await expect.poll(() => used.textContent(), PATIENT).not.toBe(before);
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await row.getByText("/ 25").waitFor();
    await over.waitFor({ state: "detached" });
    await expect.poll(() => used.textContent(), PATIENT).toBe(before);

    const availability = row.getByRole("combobox", { name: /^Availability of Finn/ });
    const was = await availability.innerText();
    const other = was === "Away" ? "Busy" : "Away";
    await availability.press("Enter");
    await page.getByRole("option", { name: other }).press("Enter");
    await expect.poll(() => availability.innerText(), PATIENT).toBe(other);
    const told = page.getByRole("listitem").filter({ hasText: `is ${other.toLowerCase()} for leads` });
    await told.getByRole("button", { name: "Undo" }).press("Enter");
    await expect.poll(() => availability.innerText(), PATIENT).toBe(was);
  });

  test("of many agents only those in view are drawn; keys reach the last one, and who is being changed stays", async () => {
    await withAgents(product.dataDirectory, 150, "Crowd", async () => {
      const page = await visitors.openAs("manager", "/dashboard");
      const table = page.getByRole("table", { name: "Agents" });
      await expect.poll(async () => Number(await table.getAttribute("aria-rowcount")), PATIENT).toBeGreaterThan(150);
      const drawn = () => page.getByTestId("agent-row").count();
      expect(await drawn()).toBeLessThan(60);
      const byName = table.getByRole("button", { name: "Agent", exact: true });
      await byName.press("Enter");
      const last = table.getByRole("row", { name: /Crowd 150/ });
      await last.getByText("Idle", { exact: true }).waitFor();
      // Who takes no leads is not idle without them.
      expect(
        await table
          .getByRole("row", { name: /Crowd 149/ })
          .getByText("Idle", { exact: true })
          .count(),
      ).toBe(0);
      await byName.press("Enter");
      await last.waitFor({ state: "detached" });
      const editing = table.getByLabel(/^Most open leads of/);
      await table
        .getByRole("button", { name: /^Capacity of/ })
        .first()
        .press("Enter");
      await editing.fill("41");
      await table.locator("xpath=..").evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
      const end = Number(await table.getAttribute("aria-rowcount"));
      await table.locator(`tr[aria-rowindex="${end}"]`).waitFor();
      expect(await editing.inputValue()).toBe("41");
      expect(await drawn()).toBeLessThan(60);
      await page.keyboard.press("Escape");
      expect(await findings(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
    });
  });

  test("loads are evened out by keyboard: suggested, previewed, applied, taken back", async () => {
    const page = await visitors.openAs("manager", "/dashboard");
    // Hidden from assistive technology while a dialog is open.
    const current = (name: string) =>
      page
        .getByRole("meter", { name: `Open leads of ${name}`, exact: true, includeHidden: true })
        .getAttribute("aria-valuenow");
    const before = [await current("Elif Kaya"), await current("Hugo Martin")];
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog", { name: "Rebalance" });
    await dialog.getByRole("radio", { name: /^Even out/ }).focus();
    await page.keyboard.press("Space");
    await dialog.getByRole("meter", { name: "Open leads of Hugo Martin afterwards" }).waitFor();
    expect(await findings(page), "suggestion").toEqual([]);
    await dialog.getByRole("button", { name: /^Preview \d+ leads$/ }).press("Enter");
    await page.getByRole("button", { name: /^Assign \d+ leads$/ }).press("Enter");
    await page.getByRole("dialog", { name: /^\d+ leads assigned$/ }).waitFor();
    await expect.poll(() => current("Hugo Martin"), PATIENT).not.toBe(before[1]);
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await expect.poll(async () => [await current("Elif Kaya"), await current("Hugo Martin")], PATIENT).toEqual(before);

    // One agent's leads: dragged onto another's row, or from the handle by keys.
    await page
      .getByRole("button", { name: "Move leads of Elif Kaya" })
      .dragTo(page.getByRole("link", { name: "Hugo Martin", exact: true }));
    const move = page.getByRole("dialog", { name: "Move leads of Elif Kaya" });
    await move.getByRole("combobox").filter({ hasText: "Hugo Martin" }).waitFor();
    expect(await findings(page), "move").toEqual([]);
    await page.keyboard.press("Escape");
    await move.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Move leads of Elif Kaya" }).press("Enter");
    await move.waitFor();
  });
}
