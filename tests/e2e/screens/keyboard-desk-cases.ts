import { expect, test } from "vitest";
import { Keyboard } from "./keyboard";
import { PATIENT, type Visitors } from "./visitor";

const DAY_MS = 86_400_000;

/** The pages around the leads without a mouse: an agent's work, the dashboard, commands, files in and out. */
export function keyboardDeskCases(visitors: Visitors): void {
  test("without a mouse: an agent walks through the work, calls, says when to follow up, and comes back to the row", async () => {
    const page = await visitors.openAs("agent3", "/my-work");
    const keys = new Keyboard(page);
    await page.locator("main li a").nth(1).waitFor();
    const lead = () =>
      page.evaluate(() => /[^/]+(?=[?])/.exec(document.activeElement?.getAttribute("href") ?? "")?.[0]);
    await keys.press("j");
    const first = await lead();
    await keys.press("ArrowDown");
    expect(await lead()).not.toBe(first);
    await keys.press("k");
    expect(await lead()).toBe(first);
    await page.getByText("Goes back to the pool", { exact: false }).first().waitFor();

    // Whom the queue calls back stands beside.
    const post = (path: string, body: object) =>
      page.evaluate(
        async ([to, json]) => {
          const headers = { "content-type": "application/json" };
          const answer = await fetch(`/api/callbacks${to}`, { method: "POST", headers, body: json });
          if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
          return (await answer.json()) as { callbackId: string };
        },
        [path, JSON.stringify(body)] as const,
      );
    const at = new Date(Date.now() + DAY_MS).toISOString();
    const { callbackId } = await post("", { leadId: first, at, note: "Wants the offer" });
    const callbacks = page.getByRole("region", { name: "Callbacks" });
    await callbacks.getByText("Wants the offer").waitFor();
    await keys.clean("my work");

    const called = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/api/calls"),
    );
    await keys.press("c");
    expect((await called).postDataJSON()).toMatchObject({ leadId: first });
    await keys.press("Tab");
    await keys.press("Enter");
    await keys.press("j", "k");

    // There, no key calls somebody else, and one opens whom it is about.
    await keys.tabTo(callbacks.getByRole("link").nth(1), "Shift+Tab");
    expect(await lead()).toBe(first);
    const calls: string[] = [];
    page.on("request", (request) => request.method() === "POST" && calls.push(new URL(request.url()).pathname));
    await keys.press("c", "Enter");
    await page.waitForURL((url) => url.pathname === `/leads/${first}`);
    expect(calls).not.toContain("/api/calls");
    await post(`/${callbackId}/cancel`, {});
    const facts = page.getByRole("complementary", { name: "Facts" });
    await keys.tabTo(facts.getByRole("button", { name: /^Follow-up: / }));
    await keys.press("Enter");
    await page.getByRole("dialog", { name: "Follow-up" }).waitFor();
    await keys.type("tomorrow");
    await keys.press("Enter");
    await facts.getByRole("button", { name: /^Follow-up: .*tomorrow/ }).waitFor();
    await keys.press("m");
    await keys.type("Reached.");
    await keys.press("Control+Enter", "Escape", "u");
    await page.waitForURL((url) => url.pathname === "/my-work");
    await expect.poll(lead, PATIENT).toBe(first);
    await keys.press("k");
  });

  test("without a mouse: agents are looked through, changed, their loads evened out, and all is taken back", async () => {
    const page = await visitors.openAs("manager", "/dashboard");
    const keys = new Keyboard(page);
    const table = page.getByRole("table", { name: "Agents" });
    const show = page.getByRole("group", { name: "Show" });
    await table.getByRole("row", { name: /Hugo Martin/ }).waitFor();
    await keys.tabTo(show.getByRole("button", { name: /^Offline 0/ }));
    await keys.press("Space");
    await page.getByText("Nobody here just now").waitFor();
    await keys.clean("nobody of this kind");
    await keys.tabTo(show.getByRole("button", { name: /^All/ }), "Shift+Tab");
    await keys.press("Enter");

    const hugo = table.getByRole("row", { name: /Hugo Martin/ });
    const capacity = hugo.getByRole("button", { name: /^Capacity of/ });
    const was = await capacity.innerText();
    await keys.tabTo(capacity);
    await keys.press("Enter");
    await keys.type("34");
    await keys.press("Enter");
    await hugo.getByText("/ 34").waitFor();
    await keys.undo("capacity 34");
    await expect.poll(() => capacity.innerText(), PATIENT).toBe(was);
    const availability = hugo.getByRole("combobox", { name: /^Availability of/ });
    const before = await availability.innerText();
    await keys.tabTo(availability);
    await keys.press("Enter", "Home");
    const other = before === "Away" ? "Busy" : "Away";
    await keys.tabTo(page.getByRole("option", { name: other }), "ArrowDown");
    await keys.press("Enter");
    await expect.poll(() => availability.innerText(), PATIENT).toBe(other);
    await keys.undo(`is ${other.toLowerCase()} for leads`);
    await expect.poll(() => availability.innerText(), PATIENT).toBe(before);

    await keys.tabTo(page.getByRole("button", { name: "Rebalance" }), "Shift+Tab");
    await keys.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Rebalance" });
    await keys.tabTo(dialog.getByRole("radio", { checked: true }));
    await keys.press("ArrowUp", "ArrowDown");
    const preview = dialog.getByRole("button", { name: /^Preview \d+ leads?$/ });
    await keys.tabTo(preview);
    await keys.press("Enter");
    const apply = page.getByRole("button", { name: /^Assign \d+ leads?$/ });
    await keys.tabTo(apply);
    await keys.clean("the preview of a rebalance");
    await keys.press("Enter");
    const done = page.getByRole("dialog", { name: /^\d+ leads? assigned$/ });
    await done.waitFor(PATIENT);
    await keys.tabTo(done.getByRole("button", { name: "Undo" }));
    await keys.press("Enter");
    await page.getByText(/leads? as before/).waitFor(PATIENT);
    await keys.press("Tab");
  });

  test("without a mouse: commands, the sheet of shortcuts and the bell, and the focus comes back from each", async () => {
    const page = await visitors.openAs("manager", "/dashboard");
    const keys = new Keyboard(page);
    await page.getByRole("row", { name: /Hugo Martin/ }).waitFor();
    await keys.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await keys.tabTo(page.getByRole("checkbox", { name: /^Keys without Ctrl/ }));
    await keys.press("Escape");
    await keys.press("Control+k");
    await page.getByRole("combobox", { name: "Search and commands" }).waitFor();
    await keys.press("Escape");
    const bell = page.getByRole("button", { name: /^Notifications/ });
    await keys.tabTo(bell, "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("dialog", { name: "Notifications" }).waitFor();
    await keys.clean("the bell");
    await keys.press("Escape");
    await expect.poll(() => bell.evaluate((one) => one === document.activeElement)).toBe(true);
    await keys.press("Control+k");
    await keys.type("hugo");
    await page.getByRole("option", { name: /^Leads of Hugo Martin/ }).waitFor();
    while (
      (await page.locator("[cmdk-item][data-selected=true]").textContent())?.startsWith("Leads of Hugo") !== true
    ) {
      await keys.press("ArrowDown");
    }
    await keys.press("Enter");
    await page.waitForURL(/\/leads\?agent=agent8/);
    await page.getByRole("gridcell").first().waitFor();
    await keys.press("j");
  });

  test("without a mouse: leads are exported, and brought in from a file", async () => {
    const page = await visitors.openAs("manager", "/leads?priority=urgent");
    const keys = new Keyboard(page);
    await page.getByRole("gridcell").first().waitFor();
    await keys.tabTo(page.getByRole("button", { name: "Export" }));
    await keys.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Export leads" });
    await keys.tabTo(dialog.getByRole("radio", { name: /^Excel/ }));
    await keys.press("ArrowRight");
    await keys.tabTo(dialog.getByRole("button", { name: "None" }));
    await keys.press("Enter");
    await keys.tabTo(dialog.getByRole("checkbox", { name: "Name" }));
    await keys.press("Space");
    await keys.clean("an export");
    const saved = page.waitForEvent("download");
    await keys.tabTo(dialog.getByRole("button", { name: "Export" }));
    await keys.press("Enter");
    expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
    await dialog.waitFor({ state: "detached" });

    await keys.tabTo(page.getByRole("link", { name: "Import" }), "Shift+Tab");
    await keys.press("Enter");
    await page.waitForURL((url) => url.pathname === "/imports");
    const chooser = page.waitForEvent("filechooser");
    await keys.tabTo(page.getByRole("button", { name: "Choose a file" }));
    await keys.press("Enter");
    const buffer = Buffer.from("Full name,Telephone\nKay Board,+14155557301\nNo Body,nonsense\n");
    await (await chooser).setFiles([{ name: "keys.csv", mimeType: "text/csv", buffer }]);
    await page.waitForURL(/\/imports\/.+/);
    await keys.tabTo(page.getByRole("combobox", { name: "Telephone is: Phone" }));
    await keys.press("Enter", "Escape");
    await keys.tabTo(page.getByRole("button", { name: "Check the rows" }));
    await keys.press("Enter");
    await keys.tabTo(page.getByRole("button", { name: "Import 1 row" }));
    await keys.press("Enter");
    await keys.tabTo(page.getByRole("button", { name: "Undo the import" }));
    await keys.press("Enter");
    await page.getByText("Undone: 1 lead removed").waitFor(PATIENT);
    await keys.tabTo(page.getByRole("link", { name: "To all imports" }), "Shift+Tab");
  });
}
