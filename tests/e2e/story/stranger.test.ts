import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { HiddenAgent } from "./hidden-agent";
import { decodedEnergy, PATIENT, Stage } from "./stage";

/** A session without beats is over after three of them, in 18 s instead of 90. */
const stage = new Stage({ AGENT_HEARTBEAT_INTERVAL: "6" });
const LEASE_MS = 18_000;
/** The worker sweeps every 5 s: whoever did not beat for so long has been signed out, whenever it looked. */
const SWEPT_MS = LEASE_MS + 10_000;
/** Hidden first of all, since Chromium holds a tab's timers back only when it has been hidden for a minute. */
const hidden = new HiddenAgent(stage, "agent6");
const DANA = { name: "Dana Whitfield", number: "+15550100100" };
/** Above the noise of an idle line, far below the fake microphone's beeps. */
const AUDIBLE = 0.01;
const ENERGY = 1e-3;
const SILENT = 0.001;

const figure = (page: Page, label: string) =>
  page
    .getByLabel("Summary")
    .locator("div", { has: page.getByText(label, { exact: true }) })
    .locator("dd")
    .innerText();

test("an agent on a break puts another tab in front of the phone's", async () => {
  await hidden.hide();
  expect(await hidden.visibility()).toBe("hidden");
});

test("a stranger's first call, from the dial to the call log and to the recording in the lead's timeline", async () => {
  await stage.desk.record();
  const manager = await stage.signIn("manager");
  await manager.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
  // A mark that a reload would wipe out: whatever changes from here on, changed by itself.
  await manager.evaluate(() => Object.assign(window, { neverReloaded: true }));
  const agent = await stage.readyAgent("agent1");
  const agentRow = manager.getByRole("row", { name: /Aisha Rahman/ });
  await expect.poll(() => agentRow.innerText(), PATIENT).toContain("Ready");

  // Nobody is free yet for a moment: so that the caller is heard waiting, the agent takes a break first.
  await agent.choose("Break");
  await agent.reaches("break");
  const telephone = await stage.telephone(DANA.number);
  await telephone.dial();
  await telephone.reaches("in_queue");
  await expect.poll(() => telephone.transcript(), PATIENT).toMatch(/welcome/i);
  await expect.poll(() => telephone.heardLevel(), PATIENT).toBeGreaterThan(AUDIBLE);
  await expect.poll(() => decodedEnergy(telephone.page), PATIENT).toBeGreaterThan(ENERGY);
  await expect.poll(() => figure(manager, "Calls waiting"), PATIENT).toContain("1");

  await agent.choose("Available");
  await agent.reaches("ringing");
  await expect.poll(() => agent.page.getByTestId("caller-name").innerText(), PATIENT).toBe(DANA.name);
  expect(await agent.page.getByTestId("why").innerText()).not.toBe("");
  await agent.accept();
  await telephone.reaches("in_conference");

  // Both directions, by what was really decoded at each end, and by what the carrier's mixer measured.
  const agentBefore = await agent.heardEnergy();
  const callerBefore = await decodedEnergy(telephone.page);
  await expect.poll(() => agent.heardEnergy(), PATIENT).toBeGreaterThan(agentBefore + ENERGY);
  await expect.poll(() => decodedEnergy(telephone.page), PATIENT).toBeGreaterThan(callerBefore + ENERGY);
  await expect.poll(() => telephone.heardLevel(), PATIENT).toBeGreaterThan(AUDIBLE);
  const levels = async () => (await stage.carrier.callFrom(DANA.number))?.levels;
  await expect.poll(async () => (await levels())?.heard, PATIENT).toBeGreaterThan(AUDIBLE);
  await expect.poll(async () => (await levels())?.said, PATIENT).toBeGreaterThan(AUDIBLE);

  // Muted, the caller hears nothing: what was measured above was the agent's voice.
  await agent.page.getByTestId("mute").click();
  await expect.poll(async () => (await levels())?.heard, PATIENT).toBeLessThan(SILENT);
  await agent.page.getByTestId("mute").click();
  await expect.poll(async () => (await levels())?.heard, PATIENT).toBeGreaterThan(AUDIBLE);

  await expect.poll(() => agentRow.innerText(), PATIENT).toContain("On a call");
  await expect.poll(() => figure(manager, "Calls waiting"), PATIENT).toContain("0");

  await agent.phone().getByLabel("Note of this call").fill("Wants a quote");
  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
  await telephone.reaches("ended");
  await agent.phone().getByLabel("Disposition").click();
  await agent.page.getByRole("option", { name: "Interested", exact: true }).click();
  // Begun in the call, finished afterwards.
  const note = agent.phone().getByLabel(/^Note/);
  expect(await note.inputValue()).toBe("Wants a quote");
  await note.fill("Wants a quote by Friday");
  await agent.page.keyboard.press("Control+Enter");
  await agent.reaches("ready");

  await agent.page.getByRole("link", { name: "Calls" }).first().click();
  const row = agent.page.getByTestId("call-row").first();
  await expect.poll(() => row.innerText(), PATIENT).toMatch(/Dana Whitfield[\s\S]*Interested/);
  await row.getByRole("link").click();
  await expect.poll(() => agent.page.getByRole("main").innerText(), PATIENT).toContain("Wants a quote by Friday");
  await agent.page.getByRole("link", { name: DANA.name }).first().click();
  await agent.page.getByRole("heading", { name: DANA.name }).first().waitFor();
  await expect.poll(() => agent.page.getByRole("main").innerText(), PATIENT).toContain("Wants a quote by Friday");
  await agent.page.getByRole("button", { name: "Listen to the recording" }).click();
  await agent.page.getByRole("button", { name: "Play: Recording of the conversation" }).click();
  const sound = agent.page.getByTestId("sound-player");
  const played = () => sound.evaluate((one: HTMLAudioElement) => (one.duration > 0 ? one.currentTime : 0));
  await expect.poll(played, PATIENT).toBeGreaterThan(0);

  await expect.poll(() => agentRow.innerText(), PATIENT).toContain("Ready");
  expect(await manager.evaluate(() => "neverReloaded" in window)).toBe(true);
  expect(stage.complaints).toEqual([]);
});

test("a tab hidden for so long that its timers stand still: never signed out, and it rings", async () => {
  // What beats by a timer of the page has been signed out by now.
  await expect.poll(() => hidden.longestPause(), { timeout: 150_000, interval: 1_000 }).toBeGreaterThan(SWEPT_MS);
  expect(await hidden.visibility()).toBe("hidden");
  expect((await stage.desk.presence("agent6")).sessionId).toBe(hidden.sessionId);

  await hidden.choose("Available");
  await hidden.reaches("ready");
  const callSid = await stage.carrier.dial(DANA.number);
  await hidden.reaches("ringing");
  await stage.carrier.hangUp(callSid);
  await hidden.reaches("ready");
});

test("a tab that the browser freezes: told at once, out within the lease, back by itself and told of it", async () => {
  const presence = () => stage.desk.presence("agent6");
  await hidden.freeze(true);
  await expect
    .poll(async () => (await presence()).readiness.issues.map(({ code }) => code), PATIENT)
    .toContain("tab_frozen");
  expect((await presence()).readiness.ready).toBe(false);
  await expect.poll(async () => (await presence()).sessionId, PATIENT).toBeNull();

  await hidden.freeze(false);
  await expect.poll(async () => (await presence()).readiness.ready, PATIENT).toBe(true);
  await hidden.reaches("ready");
  expect(await hidden.words()).toMatch(/Nothing was heard from this page from .+ to .+, so you were signed out/);
});
