import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RunningHouse } from "@/tests/support/product";
import { bring } from "./file-cases";
import { findings, overflows, PATIENT, type Visitors } from "./visitor";

interface ColouredLook {
  name: string;
  colorScheme: "light" | "dark";
  options: object;
}

/** Leads as files, out and in, and what people are told of it all. */
export function inAndOutCases(product: RunningHouse, visitors: Visitors, looks: readonly ColouredLook[]): void {
  test("what the list shows is exported from it, and its receipt stands on the page of exports", async () => {
    const page = await visitors.openAs("manager", "/leads?priority=urgent");
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export leads" });
    await dialog.getByText("CSV", { exact: true }).click();
    await dialog.getByRole("button", { name: "None" }).click();
    expect(await dialog.getByRole("button", { name: "Export" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Name", { exact: true }).click();
    await dialog.getByLabel("Priority").click();
    expect(await findings(page)).toEqual([]);
    const saved = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Export" }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(/^leads-[\d-]+\.csv$/);
    const [head, ...lines] = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\n");
    expect(head).toBe("name,priority");
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line.endsWith(",urgent"))).toBe(true);
    await dialog.waitFor({ state: "detached" });
    await page.goto(`${product.address}/exports`);
    const item = page.getByTestId("export").first();
    await item.getByText("priority is “urgent”").waitFor();
    await item.getByText(`${lines.length} leads`).waitFor();
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    const again = page.waitForEvent("download");
    await item.getByRole("button", { name: /^Save leads-/ }).click();
    await (await again).path();
  });

  test("a lead that comes to an agent rings the bell at once; it is opened by keyboard, and what is told is chosen", async () => {
    const agent = await visitors.openAs("agent5", "/leads");
    const bell = agent.getByRole("button", { name: /^Notifications/ });
    const count = async () => Number((await agent.getByTestId("unread").textContent())?.match(/\d+/)?.[0]);
    await bell.waitFor();
    // Leads assigned within ten minutes become one notification: one that is not read yet would only grow.
    await agent.evaluate(async () =>
      fetch("/api/notifications/read", {
        method: "POST",
        body: JSON.stringify({ until: new Date().toISOString() }),
        headers: { "content-type": "application/json" },
      }),
    );
    await agent.getByTestId("unread").waitFor({ state: "hidden" });
    const manager = await visitors.openAs("manager", "/leads");
    const made = await manager.evaluate(async () => {
      const send = async (path: string, body: object) =>
        (
          await fetch(path, {
            method: "POST",
            body: JSON.stringify(body),
            headers: { "content-type": "application/json" },
          })
        ).json();
      const { lead_id: id } = (await send("/api/leads", { name: "Bella Ringer", phone: "+15550171234" })) as {
        lead_id: string;
      };
      await send(`/api/leads/${id}/assign`, {
        agent_email: "agent5@evenhand.test",
        override_capacity: true,
        reason: "the test wants it so",
      });
      return id;
    });
    await expect.poll(count, PATIENT).toBe(1);
    await bell.focus();
    await agent.keyboard.press("Enter");
    const told = agent.getByTestId("notification").filter({ hasText: "Bella Ringer" });
    await told.waitFor();
    expect(await findings(agent)).toEqual([]);
    await told.getByRole("link").focus();
    await agent.keyboard.press("Enter");
    await agent.waitForURL(new RegExp(`/leads/${made}`));
    await agent.goto(`${product.address}/notifications`);
    await told.waitFor();
    await expect.poll(() => told.getAttribute("data-unread"), PATIENT).toBe("false");
    await agent.setViewportSize({ width: 390, height: 844 });
    expect(await findings(agent)).toEqual([]);
    expect(await overflows(agent)).toBe(false);
    await agent.goto(`${product.address}/settings/notifications`);
    const box = agent.getByRole("checkbox", { name: "I missed a call: E-mail" });
    await box.waitFor();
    expect(await findings(agent)).toEqual([]);
    expect(await overflows(agent)).toBe(false);
    await agent.getByLabel("Quiet hours for e-mail and SMS").click();
    await agent.getByRole("button", { name: "Save" }).click();
    await agent.getByText("Saved").waitFor();
    await agent.reload();
    expect(await agent.getByLabel("From", { exact: true }).inputValue()).toBe("22:00");
  });

  test("a number is confirmed by the code that comes there", async () => {
    const page = await visitors.openAs("agent6", "/settings/notifications");
    const byPhone = page.getByRole("checkbox", { name: "I missed a call: SMS" });
    await expect.poll(() => byPhone.isDisabled(), PATIENT).toBe(true);
    await page.getByLabel("Telephone for SMS").fill("+1 415 555 7301");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Send a code" }).click();
    const field = page.getByLabel("Code from the SMS");
    await field.waitFor();
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    const sent = (await (await fetch(`${product.carrier}/_control/messages`)).json()) as {
      messages: { to: string; body: string }[];
    };
    const { body } = sent.messages.find(({ to }) => to === "+14155557301") ?? { body: "" };
    await field.fill(/\d{6}/.exec(body)?.[0] ?? "no code");
    await field.press("Enter");
    await page.getByText("Your number is confirmed").waitFor();
    await expect.poll(() => byPhone.isDisabled(), PATIENT).toBe(false);
  });

  test("a mail is read in the mailbox, and its link ends mails of that kind, after asking", async () => {
    const page = await visitors.openAs("agent7", "/settings/notifications");
    const byMail = page.getByRole("checkbox", { name: "My export is ready: E-mail" });
    await expect.poll(() => byMail.isChecked(), PATIENT).toBe(true);
    await page.evaluate(async () =>
      fetch("/api/leads/bulk-export", {
        method: "POST",
        body: JSON.stringify({ search: {}, format: "csv", as_job: true }),
        headers: { "content-type": "application/json" },
      }),
    );
    const mailbox = await visitors.open("/sign-in");
    await mailbox.goto(`${product.carrier}/mailbox`);
    // Several that came together are one mail, which begins with how many they are.
    await mailbox.getByRole("button", { name: /Your export is ready.*agent7@evenhand\.test/ }).press("Enter");
    const mail = mailbox.frameLocator("#body");
    expect(await mail.getByRole("link", { name: /^Your export is ready/ }).getAttribute("href")).toContain("/exports");
    expect([await findings(mailbox), await overflows(mailbox)]).toEqual([[], false]);
    await mailbox.setViewportSize({ width: 390, height: 844 });
    expect(await overflows(mailbox)).toBe(false);

    const [ending] = await Promise.all([
      mailbox.waitForEvent("popup"),
      mailbox.getByRole("link", { name: "Unsubscribe" }).press("Enter"),
    ]);
    const end = ending.getByRole("button", { name: "Unsubscribe" });
    await end.waitFor();
    expect([await findings(ending), await overflows(ending)]).toEqual([[], false]);
    const stillOn = async () => {
      await page.reload();
      await byMail.waitFor();
      return byMail.isChecked();
    };
    expect(await stillOn()).toBe(true);
    await ending.waitForLoadState("networkidle");
    await end.press("Enter");
    await ending.getByText(/^You get no more e-mail for .*“My export is ready”/).waitFor();
    expect(await stillOn()).toBe(false);
  });

  test("a view is kept, renamed, shared, used by an agent and in an export, watched by an alert, deleted and brought back", async () => {
    const page = await visitors.openAs("manager", "/leads?priority=high");
    const views = page.getByRole("search").getByRole("button", { name: /^(Views|High)/ });
    const choose = async (item: RegExp | string) => {
      await views.press("Enter");
      await page.getByRole("menuitem", { name: item }).press("Enter");
    };
    await choose("Keep this as a view");
    await page.getByLabel("Name", { exact: true }).fill("High oones");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await choose("Rename");
    await page.getByLabel("Name", { exact: true }).fill("High ones");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await choose("Share with everybody");
    await page.getByText("High ones saved").waitFor();
    await choose("Alert managers of it");
    await page.getByLabel("For minutes").fill("0");
    await page.getByRole("button", { name: "Alert managers" }).press("Enter");
    await page.getByText("Managers are told when too many leads match High ones").waitFor();
    await views.press("Enter");
    const own = page.getByRole("menuitem", { name: /^High ones Shared With an alert [\d,]+ leads$/ });
    await own.waitFor();
    const count = /([\d,]+) leads$/.exec((await own.innerText()).replaceAll("\n", " "))?.[1];
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    await page.keyboard.press("Escape");

    const agent = await visitors.openAs("agent3", "/leads", { viewport: { width: 390, height: 844 }, hasTouch: true });
    await agent.getByRole("search").getByRole("button", { name: "Views" }).tap();
    await agent.getByRole("menuitem", { name: /^High ones/ }).tap();
    await agent.waitForURL(/view=/);
    await agent.getByRole("combobox", { name: "Priority" }).filter({ hasText: "High" }).waitFor();
    expect([await findings(agent), await overflows(agent)]).toEqual([[], false]);

    await page.goto(`${product.address}/exports`);
    await page.getByRole("button", { name: "New export" }).press("Enter");
    await page.getByRole("combobox", { name: "Which leads" }).press("Enter");
    await page.getByRole("option", { name: "High ones" }).press("Enter");
    await page.getByText(`What High ones finds, in its order: ${count} leads`).waitFor();
    await page.goto(`${product.address}/alerts`);
    await page.getByText(/leads match “High ones”/).waitFor();

    await page.goto(`${product.address}/leads`);
    await choose(/^High ones/);
    await choose("Delete");
    const told = page.getByRole("listitem").filter({ hasText: "High ones deleted" });
    await told.getByRole("button", { name: "Undo" }).press("Enter");
    await views.press("Enter");
    await own.waitFor();
  });

  test.each(looks)("a file is mapped, checked, imported and taken back: $name", async ({ colorScheme, options }) => {
    const digits = colorScheme === "light" ? "71" : "72";
    const page = await visitors.openAs("manager", "/imports", { colorScheme, ...options });
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    const rows = [`Ann,+1415555${digits}01,ann${digits}@example.com`, `Bob,+1415555${digits}02,`, "Cy,nonsense,"];
    const buffer = Buffer.from(["Full name,Telephone,E-mail", ...rows].join("\n"));
    const file = { name: `fair-${digits}.csv`, mimeType: "text/csv", buffer };
    if (colorScheme === "light") await page.getByLabel("File to import").setInputFiles(file);
    else await bring(page, "drop", [{ name: file.name, type: file.mimeType, base64: buffer.toString("base64") }]);
    const check = page.getByRole("button", { name: "Check the rows" });
    await check.waitFor();
    await page.getByRole("combobox", { name: "Telephone is: Phone" }).waitFor();
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    await check.press("Enter");
    await page.getByText("is not a phone number").waitFor();
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    await page.getByRole("button", { name: "Import 2 rows" }).press("Enter");
    const undo = page.getByRole("button", { name: "Undo the import" });
    await undo.waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    expect(readFileSync(await (await saved).path(), "utf8").replaceAll("\r", "")).toMatch(
      /^Cy,nonsense,,"Telephone is not a phone number; write it with its country code"$/m,
    );
    expect([await findings(page), await overflows(page)]).toEqual([[], false]);
    await undo.press("Enter");
    await page.getByText("Undone: 2 leads removed").waitFor();
    await page.getByRole("link", { name: "To all imports" }).click();
    await page.getByRole("link", { name: `fair-${digits}.csv` }).waitFor();
  });
}
