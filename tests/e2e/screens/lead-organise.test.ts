import { beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { runningProduct } from "@/tests/support/product";
import { PASSWORD } from "../signed-in";
import { fileCases } from "./file-cases";
import { gridCellCases } from "./grid-cell-cases";
import { gridStage } from "./grid-stage";
import { gridViewCases } from "./grid-view-cases";
import { keyboardLeadsCases } from "./keyboard-leads-cases";
import { findings, overflows, Visitors } from "./visitor";

const product = runningProduct();
const visitors = new Visitors(() => product.address);
let bearer: string;

beforeAll(async () => {
  const answer = await send("POST", "/api/auth/token", { email: "manager@evenhand.test", password: PASSWORD });
  bearer = String(answer.access_token);
});

async function send(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(product.address + path, {
    method,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path} answered ${response.status}`).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

/** Numbers that no earlier run against the same product has used. */
let made = Date.now() % 1_000_000;
/** Two leads with one phone number; the first was dealt to an agent in bulk. */
async function duplicates(): Promise<[string, string]> {
  made += 1;
  const phone = `+1415${String(2_000_000 + made)}`;
  const first = await send("POST", "/api/leads", { name: `Dana ${made}`, phone, tags: ["renewal"] });
  const other = await send("POST", "/api/leads", {
    name: `D. Whitfield ${made}`,
    phone,
    email: `d${made}@example.com`,
  });
  const ids: [string, string] = [String(first.lead_id), String(other.lead_id)];
  await send("POST", "/api/leads/bulk-assign", { lead_ids: [ids[0]], assignment_strategy: "round_robin" });
  return ids;
}

const dialog = (page: Page, name: RegExp) => page.getByRole("dialog", { name });
async function fromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

const looks = [
  { name: "light, 1280 px", options: { colorScheme: "light", viewport: { width: 1280, height: 800 } } },
  { name: "dark, 390 px", options: { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const;

fileCases(visitors, send, looks);

test.each(looks)("says why, locks, merges and takes it back; axe finds nothing: $name", async ({ options }) => {
  const [id, other] = await duplicates();
  const page = await visitors.openAs("manager", `/leads/${id}`, options);
  const clean = async (where: string) => {
    expect(await findings(page), where).toEqual([]);
    expect(await overflows(page), where).toBe(false);
  };
  await page.getByText("1 other lead with the same phone").waitFor();
  await page.getByText(/Goes back to the pool on/).waitFor();
  await clean("lead");

  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Lock" }).waitFor();
  await clean("menu");
  await page.keyboard.press("Escape");
  // A menu that closes gives the focus back to its button: only then does the radio keep it.
  await page.getByRole("menu").waitFor({ state: "detached" });
  await page.getByRole("radio", { name: "Calls" }).focus();
  await page.getByText("Nothing of this kind has happened to this lead.").waitFor({ state: "detached" });
  await page.keyboard.press("Space");
  await page.getByText("Nothing of this kind has happened to this lead.").waitFor();
  expect(new URL(page.url()).search).toBe("?timeline=calls");
  await clean("filtered timeline");
  await page.keyboard.press("ArrowRight");
  await page.getByText(/assigned this lead to/).waitFor();
  await page.reload();
  expect(await page.getByRole("radio", { name: "Assignments" }).isChecked()).toBe(true);
  await page.getByRole("radio", { name: "Everything" }).focus();
  await page.keyboard.press("Space");
  await expect.poll(() => new URL(page.url()).search).toBe("");
  await page.getByText(/Goes back to the pool on/).waitFor();

  await page.getByRole("button", { name: "Why this agent?" }).click();
  const why = dialog(page, /^Why /);
  await why.getByText(/was next in the rotation of everyone/).waitFor();
  await why.getByRole("table", { name: "Who could have had it" }).waitFor();
  await clean("why");
  await page.keyboard.press("Escape");

  await fromMenu(page, "Lock");
  await page.keyboard.type("Contract out for signature");
  await clean("lock");
  await page.keyboard.press("Control+Enter");
  const panel = page.getByRole("region", { name: "Assigned agent" });
  await panel.getByText("Contract out for signature").waitFor();
  expect(await page.getByRole("button", { name: "Reassign" }).isDisabled()).toBe(true);
  await clean("locked");
  await fromMenu(page, "Unlock");
  await panel.getByText("Contract out for signature").waitFor({ state: "detached" });

  await fromMenu(page, "Merge with another lead");
  const merge = dialog(page, /^Merge with/);
  await merge.getByText("Same phone", { exact: true }).waitFor();
  await clean("choose");
  // From the search box to the one lead found, and on, by keys alone.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const otherName = merge.getByRole("radio", { name: /^D\. Whitfield/ });
  await otherName.waitFor();
  await clean("compare");
  await merge.getByRole("radio", { name: /^Dana/ }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await otherName.isChecked()).toBe(true);
  await merge.getByRole("button", { name: "Merge" }).click();
  await page.getByText(/merged D\. Whitfield \d+ into this lead, taking over its name, e-mail/).waitFor();
  await page.getByRole("heading", { level: 1, name: /^D\. Whitfield/ }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { level: 1, name: /^Dana/ }).waitFor();

  // The address of a lead that was merged leads to the one that stayed.
  await send("POST", `/api/leads/${id}/merge`, { other_lead_id: other });
  await page.goto(`${product.address}/leads/${other}`);
  await page.waitForURL((url) => url.pathname === `/leads/${id}`);
  await page
    .getByText(/merged D\. Whitfield/)
    .first()
    .waitFor();
  await clean("merged");
});

test("a removed lead comes back by Undo", async () => {
  const [id] = await duplicates();
  const page = await visitors.openAs("manager", `/leads/${id}`);
  await page.getByText(/Goes back to the pool on/).waitFor();
  await fromMenu(page, "Remove");
  await page.waitForURL((url) => url.pathname === "/leads");
  // The list has an Undo of its own.
  await page.locator("[data-sonner-toast]").getByRole("button", { name: "Undo" }).click();
  await page.getByText(/is back/).waitFor();
  expect((await send("GET", `/api/leads/${id}`)).lead_id).toBe(id);
});

describe("the grid", () => {
  const stage = gridStage(product, visitors);
  gridCellCases(stage, looks);
  gridViewCases(stage);
});

keyboardLeadsCases(product, visitors, send);

test("a lead's address keeps its place in a list; and of two who write the same fact none writes over the other", async () => {
  const source = `list-${Date.now()}`;
  const made: string[] = [];
  for (const name of ["Ann List", "Bea List"]) {
    made.push(String((await send("POST", "/api/leads", { name, phone: "+14155550133", source })).lead_id));
  }
  const filter = encodeURIComponent(JSON.stringify({ field: "source", op: "eq", value: source }));
  const path = `/leads/${made[0]}?filter=${filter}&sort=name&direction=asc&list=1`;
  const page = await visitors.openAs("manager", path);
  const title = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
  await page.getByRole("button", { name: "Next lead: Bea List" }).waitFor();
  await page.keyboard.press("j");
  await title("Bea List").waitFor();
  await page.getByRole("button", { name: "No lead after this one" }).waitFor();

  // Somebody else is faster; the events that would tell of it come too late.
  await page.getByRole("button", { name: /^Name: / }).press("Enter");
  await page.route("**/api/leads/*", async (route) => {
    if (route.request().method() === "PATCH") await send("PATCH", `/api/leads/${made[1]}`, { name: "Bea Theirs" });
    await route.continue();
  });
  await page.keyboard.type("Bea Mine");
  await page.keyboard.press("Enter");
  await page.getByText("Yours, not saved").waitFor();
  await page.unroute("**/api/leads/*");
  await title("Bea Theirs").waitFor();
  expect(await findings(page), "conflict").toEqual([]);
  await page.getByRole("button", { name: "Save mine" }).press("Enter");
  await title("Bea Mine").waitFor();
  await page.getByText("Yours, not saved").waitFor({ state: "detached" });
});

test("an agent is told why a lead of the pool did not come to them", async () => {
  const [id] = await duplicates();
  const { assigned_agent: got, assigned_agent_name: name } = await send("GET", `/api/leads/${id}`);
  await send("POST", "/api/leads/bulk-edit", { edits: [{ lead_id: id, set: { assigned_agent: null } }] });
  const [asker, their] = got === "agent8@evenhand.test" ? ["agent7", "Grace Nakamura"] : ["agent8", "Hugo Martin"];
  const page = await visitors.openAs(asker, `/leads/${id}`);
  await page.getByRole("button", { name: "Why not me?" }).press("Enter");
  const answer = dialog(page, /^Why not me/).getByRole("listitem");
  await answer.filter({ hasText: `Marcus Adeyemi took it from ${String(name)}.` }).waitFor();
  const why = answer.filter({ hasText: `${String(name)} got it.` });
  await why.getByText(new RegExp(`^${their} (had|was) .*[.]$`)).waitFor();
  expect(await findings(page), "why not me").toEqual([]);
});
