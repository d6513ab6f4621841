import { expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { runningProduct } from "../../support/product";
import { PASSWORD } from "../signed-in";
import { bucketCase } from "./bucket-case";
import { dashboardCases } from "./dashboard-cases";
import { inAndOutCases } from "./in-and-out-cases";
import { keyboardDeskCases } from "./keyboard-desk-cases";
import { fillSignIn, findings, overflows, PATIENT, Visitors } from "./visitor";

const product = runningProduct();
const visitors = new Visitors(() => product.address);

const main = (page: Page) => page.getByRole("main");

test("a wrong password is said, and the e-mail stays; the right one leads to where the person wanted to go", async () => {
  const page = await visitors.open("/leads?priority=high");
  await page.waitForURL(/\/sign-in\?return=/);
  await fillSignIn(page, "manager", "not the password");
  await page.getByRole("alert").filter({ hasText: "do not fit" }).waitFor();
  expect(await page.getByLabel("E-mail").inputValue()).toBe("manager@evenhand.test");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/leads\?priority=high$/);
});

test("a server that does not answer is said on the sign-in page, and nothing typed is lost", async () => {
  const page = await visitors.open("/sign-in");
  await page.route("**/api/auth/**", (route) => route.abort());
  await fillSignIn(page, "manager", PASSWORD);
  await page.getByText("The server cannot be reached just now").waitFor();
  expect(await page.getByLabel("E-mail").inputValue()).toBe("manager@evenhand.test");
  expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe(PASSWORD);
});

test("managers begin on the dashboard, agents with their own work; the dashboard is not for agents", async () => {
  const manager = await visitors.open("/sign-in");
  await fillSignIn(manager, "manager", PASSWORD);
  await manager.waitForURL(/\/dashboard$/);
  const agent = await visitors.open("/sign-in");
  await fillSignIn(agent, "agent6", PASSWORD);
  await agent.waitForURL(/\/my-work$/);
  await agent.goto(`${product.address}/dashboard`);
  await agent.waitForURL(/\/my-work$/);
});

test("an agent's work by keyboard on a phone's width: next, call, open; axe finds nothing", async () => {
  const page = await visitors.openAs("agent2", "/my-work", { viewport: { width: 390, height: 844 } });
  const first = page.locator("main li a").first();
  await first.waitFor();
  const name = await first.locator("span.font-medium").first().textContent();
  await page.keyboard.press("j");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(name);
  expect(await findings(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
  const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/calls"));
  await page.keyboard.press("c");
  const leadId = new URL((await first.getAttribute("href")) ?? "", page.url()).pathname.split("/").at(-1);
  expect((await asked).postDataJSON()).toMatchObject({ leadId });
  await first.press("Enter");
  await page.getByRole("heading", { level: 1, name: name ?? "" }).waitFor();

  // What an agent changes on the lead is taken back and done again by keys, however fast they come.
  const priority = page.getByRole("combobox", { name: "Priority" });
  const was = await priority.innerText();
  const others = ["Normal", "High", "Urgent"].filter((each) => each !== was);
  const [one, two] = others as [string, string];
  const saves: string[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "PATCH") saves.push(`${response.status()} ${response.request().postData()}`);
  });
  for (const choice of [one, two]) {
    await priority.press("Enter");
    await page.getByRole("option", { name: choice, exact: true }).press("Enter");
    await expect.poll(() => priority.innerText(), PATIENT).toBe(choice);
  }
  // Shown before it is saved.
  await expect.poll(() => saves.length, PATIENT).toBe(2);
  const press = async (keys: string, times: number, left: string) => {
    const before = saves.length;
    for (let time = 0; time < times; time += 1) await page.keyboard.press(keys);
    await expect.poll(() => saves.length, PATIENT).toBe(before + times);
    await expect.poll(() => priority.innerText(), PATIENT).toBe(left);
  };

  // What is told stands clear of a dialog, which rises from below here, and is answered without leaving it.
  await page.keyboard.press("Alt+t");
  await page.getByRole("button", { name: /^Schedule a callback/ }).click();
  const dialog = page.getByRole("dialog");
  const told = page.locator("[data-sonner-toast]");
  const lowest = () => told.evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().bottom)));
  await expect.poll(async () => (await lowest()) <= ((await dialog.boundingBox())?.y ?? 0), PATIENT).toBe(true);
  await told.filter({ hasText: two }).getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => saves.length, PATIENT).toBe(3);
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await press("Control+Shift+Z", 1, two);

  await press("Control+z", 2, was);
  await press("Control+Shift+Z", 2, two);
  await press("Control+z", 2, was);

  // Who may be mentioned is offered where it can be seen, however low the note stands.
  const note = page.getByLabel("Note", { exact: true });
  await note.focus();
  await note.evaluate((one) => one.scrollIntoView({ block: "end" }));
  await page.keyboard.type("@");
  const people = page.getByRole("listbox", { name: "People to mention" });
  await people.waitFor();
  const bottom = async (of: Locator) => {
    const box = await of.boundingBox();
    return (box?.y ?? Infinity) + (box?.height ?? 0);
  };
  expect(await bottom(people)).toBeLessThanOrEqual(await bottom(main(page)));
  expect(await findings(page), "people to mention").toEqual([]);
  expect(saves.filter((save) => !save.startsWith("200"))).toEqual([]);
});

test("a list that cannot be read says so, offers to try again, and comes by itself", async () => {
  const page = await visitors.openAs("manager", "/calls/messages");
  // Nothing else is away: the connection is found well again and again, which once kept the list from ever saying so.
  await page.route("**/api/voicemails*", async (route) => {
    const problem = { type: "about:blank", title: "Away", status: 503, code: "database_away", detail: "It is away." };
    await route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.reload();
  await page.getByText("The messages could not be loaded").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.unroute("**/api/voicemails*");
  await page.getByText("The messages could not be loaded").waitFor({ state: "detached" });
});

test("a way back that leads out of the product is not taken", async () => {
  const page = await visitors.open("/sign-in?return=%2F%2Fexample.com%2F");
  await fillSignIn(page, "manager", PASSWORD);
  await page.waitForURL(`${product.address}/dashboard`);
});

dashboardCases(product, visitors);

test("a lead is made by keyboard; its wrong fields are named, and what was typed stays", async () => {
  const page = await visitors.openAs("manager", "/leads");
  await page.getByRole("row").nth(2).waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("Name", { exact: true }).fill("Vera Screens");
  await page.getByLabel("Phone", { exact: true }).fill("abc");
  await page.getByRole("button", { name: "Add lead" }).click();
  await page.getByText("This is not a phone number").waitFor();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Vera Screens");
  await page.getByLabel("Phone", { exact: true }).fill("+49 30 5550199");
  const followUp = page.getByRole("textbox", { name: /^Follow-up/ });
  await followUp.fill("13/13/2026");
  await page.keyboard.press("Enter");
  await page.getByText(/^This is no date/).waitFor();
  await page.getByRole("button", { name: "Calendar" }).press("Enter");
  await page.getByRole("dialog", { name: "Calendar" }).getByRole("gridcell", { selected: false }).first().waitFor();
  expect(await findings(page), "the calendar").toEqual([]);
  await page.keyboard.press("Escape");
  await followUp.fill("+1");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Vera Screens" }).waitFor();
  await main(page)
    .getByRole("button", { name: /^Follow-up: .* · tomorrow/ })
    .waitFor();
  // By name, though a manager is none of the agents.
  await main(page).getByText("Marcus Adeyemi added this lead").waitFor();
});

test("an assignment past capacity is refused with figures, and passes with a reason that is kept", async () => {
  const page = await visitors.openAs("manager", "/leads?agent=none&disposition=new");
  await page.getByRole("row").nth(1).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => /^\/leads\/[0-9a-f-]{36}$/.test(url.pathname));
  await main(page).getByText("Nobody has this lead").waitFor();
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: /Elif Kaya/ }).check();
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await dialog.getByText(/Elif Kaya has \d+ open leads and a capacity of \d+/).waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByLabel("Why this agent all the same").fill("The customer asked for her.");
  await dialog.getByRole("button", { name: "Assign anyway" }).click();
  await main(page).getByText("assigned this lead to Elif Kaya over capacity").waitFor();
  await main(page).getByText("The customer asked for her.").waitFor();
  await main(page).getByRole("meter", { name: "Open leads of Elif Kaya" }).waitFor();
});

test("several leads are selected by keyboard, assigned by room, and each agent's share is told", async () => {
  const page = await visitors.openAs("manager", "/leads?agent=none&disposition=new");
  await page.getByRole("row").nth(5).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await page.getByRole("region", { name: "Selected leads" }).getByRole("button", { name: "Assign" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Assign 3 leads" }).click();
  await page.getByRole("dialog", { name: "3 leads assigned" }).waitFor();
});

test("a note outlives the end of the session, and the loss of the connection is said until it is back", async () => {
  const page = await visitors.openAs("manager", "/leads");
  await page.getByRole("row").nth(1).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => /^\/leads\/[0-9a-f-]{36}$/.test(url.pathname));
  const note = `Typed before the session ended ${Date.now()}`;
  await page.getByLabel("Note", { exact: true }).fill(note);
  await page.context().clearCookies();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog", { name: "Sign in again" }).getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await main(page).getByRole("listitem").filter({ hasText: note }).waitFor();

  await page.route("**/api/**", (route) => route.abort());
  await page.getByLabel("Note", { exact: true }).fill("Typed without a connection");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Connection lost — trying again").waitFor();
  expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("Typed without a connection");
  await page.unroute("**/api/**");
  await page.getByText("Connection lost — trying again").waitFor({ state: "detached" });
});

/** Colours do not depend on the width, nor the layout on the colours: one of each is enough. */
const looks = [
  { name: "light, 1280 px", colorScheme: "light", options: { viewport: { width: 1280, height: 800 } } },
  { name: "dark, 390 px", colorScheme: "dark", options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const;

test.each(looks)("axe finds nothing and nothing overflows: $name", async ({ colorScheme, options }) => {
  const looksWell = async (page: Page, where: string) => {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((scheme) => document.documentElement.dataset.theme === scheme, colorScheme);
    expect(await findings(page), where).toEqual([]);
    expect(await overflows(page), where).toBe(false);
  };
  const signIn = await visitors.open("/sign-in", options);
  await signIn.getByLabel("E-mail").waitFor();
  await looksWell(signIn, "/sign-in");

  const page = await visitors.openAs("manager", "/leads", options);
  const lead = await page.getByRole("gridcell").getByRole("link").first().getAttribute("href");
  const settings = ["/settings/background", "/settings/flags", "/settings/queues", "/settings/queues/announcements"];
  for (const path of [
    "/leads",
    lead ?? "",
    "/dashboard",
    "/queue",
    "/calls",
    "/calls/messages",
    "/calls/abandoned",
    "/callbacks",
    "/alerts",
    ...settings,
    "/no-such-page",
  ]) {
    await page.goto(product.address + path);
    await page.waitForLoadState("networkidle");
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await looksWell(page, path);
  }
  await page.goto(`${product.address}/settings/queues`);
  await page.getByTestId("queue-setting").first().getByRole("link").click();
  await page.getByRole("heading", { name: "Limits and hours" }).waitFor();
  await looksWell(page, "a queue's settings");
});

test("axe finds nothing in the palette and the list of shortcuts", async () => {
  const page = await visitors.openAs("manager", "/leads");
  await page.getByRole("row").nth(1).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill("dash");
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/dashboard$/);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Escape");

  // People and actions are found there too.
  const find = async (words: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search and commands" }).fill(words);
  };
  await find("hugo");
  await page.getByRole("option", { name: /^Leads of Hugo Martin/ }).click();
  await page.waitForURL(/\/leads\?agent=agent8/);

  // Leads that come late stand before people, and are marked; not when somebody has gone to another entry meanwhile.
  for (const [words, key] of [
    ["grace", undefined],
    ["grac", "ArrowDown"],
  ] as const) {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route("**/api/leads?q=*", async (route) => {
      await held;
      await route.continue();
    });
    await find(words);
    const person = page.getByRole("option", { name: /^Leads of Grace Nakamura/, selected: true });
    await person.waitFor();
    if (key) await page.keyboard.press(key);
    letGo();
    const lead = page.getByRole("group", { name: "Leads" }).getByRole("option").first();
    await lead.waitFor();
    const marked = key ? person : lead;
    await expect.poll(() => marked.getAttribute("aria-selected"), PATIENT).toBe("true");
    const box = page.getByRole("combobox", { name: "Search and commands" });
    expect(await box.getAttribute("aria-activedescendant")).toBe(await marked.getAttribute("id"));
    await page.keyboard.press("Escape");
    await page.unroute("**/api/leads?q=*");
  }
  await find("rebalance");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Rebalance" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL(/\/dashboard$/);

  // On paper there is what was read, in full, and nothing to press.
  await page.getByRole("table", { name: "Agents" }).waitFor();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const shown = (name: string) => page.getByRole("navigation", { name }).isVisible();
  expect(await shown("Main")).toBe(false);
  expect(await page.getByRole("button", { name: "Rebalance" }).isVisible()).toBe(false);
  expect(await page.getByRole("table", { name: "Agents" }).isVisible()).toBe(true);
  const overflow = await page.evaluate(
    () => getComputedStyle(document.querySelector("main") ?? document.body).overflowY,
  );
  expect(overflow).toBe("visible");
});

inAndOutCases(product, visitors, looks);
bucketCase(visitors);
keyboardDeskCases(visitors);
