import { expect, test } from "vitest";
import { PATIENT, Stage } from "./stage";

const stage = new Stage();
const SAM = "+15550100101";
const BEEP = 1e-3;
/** Longer than a phone rings before the next agent is asked. */
const NEXT_AGENT = { timeout: 60_000, interval: 200 };

const state = async (from: string) => (await stage.carrier.callFrom(from))?.state;

test("an agent who does not answer: the next agent rings, the caller's music goes on", async () => {
  const [first, second] = [await stage.readyAgent("agent2"), await stage.readyAgent("agent3")];
  await stage.desk.ringFor(8);
  const callSid = await stage.carrier.dial(SAM);
  await expect.poll(async () => [await first.phase(), await second.phase()], PATIENT).toContain("ringing");
  // Nobody needs to wait twenty seconds for the next agent; who is to answer may need them.
  await stage.desk.ringFor(20);
  const [silent, other] = (await first.phase()) === "ringing" ? [first, second] : [second, first];
  await expect.poll(() => other.phase(), NEXT_AGENT).toBe("ringing");
  await expect.poll(() => silent.phase(), PATIENT).not.toBe("ringing");
  expect((await stage.carrier.read(callSid)).state).toBe("in_queue");
  await other.accept();
  await expect.poll(() => state(SAM), PATIENT).toBe("in_conference");
});

test("a call for which the carrier takes no ring: the softphone rings by itself, and accepting dials in", async () => {
  const agent = await stage.readyAgent("agent8");
  const busy = { path: "/Calls.json", method: "POST", status: 429, retryAfter: 30, times: 1_000 };
  await stage.carrier.faults({ rest: busy });
  const telephone = await stage.telephone(SAM);
  await telephone.dial();
  await agent.accept();
  await telephone.reaches("in_conference");
  const before = await agent.heardEnergy();
  await expect.poll(() => agent.heardEnergy(), PATIENT).toBeGreaterThan(before + BEEP);
  await stage.carrier.faults({ clear: true });
  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
});

test("an agent who declines is not asked again at once, and the next one is", async () => {
  const [first, second] = [await stage.readyAgent("agent4"), await stage.readyAgent("agent5")];
  await stage.carrier.dial(SAM);
  await expect.poll(async () => [await first.phase(), await second.phase()], PATIENT).toContain("ringing");
  const [refusing, other] = (await first.phase()) === "ringing" ? [first, second] : [second, first];
  await refusing.page.getByTestId("decline").click();
  await other.reaches("ringing");
  await refusing.reaches("ready");
  await other.accept();
});

test("a caller who hangs up while it rings: the phone falls silent and is ready again", async () => {
  const agent = await stage.readyAgent("agent6");
  const callSid = await stage.carrier.dial(SAM);
  await agent.reaches("ringing");
  await stage.carrier.hangUp(callSid);
  await agent.reaches("ready");
});

test("an agent whose tab closes in the call: the caller is first in line again and reaches the next agent", async () => {
  const first = await stage.readyAgent("agent7");
  const telephone = await stage.telephone(SAM);
  await telephone.dial();
  await first.accept();
  await telephone.reaches("in_conference");
  const second = await stage.readyAgent("agent8");
  await first.page.close();
  await second.reaches("ringing");
  expect(await telephone.state()).toBe("in_queue");
  await second.accept();
  await telephone.reaches("in_conference");
  const before = await second.heardEnergy();
  await expect.poll(() => second.heardEnergy(), PATIENT).toBeGreaterThan(before + BEEP);
});

test("a second tab shows the same phone and can accept; when the first closes, it leads", async () => {
  const agent = await stage.readyAgent("agent2");
  const mirror = await agent.page.context().newPage();
  await mirror.goto(`${stage.product.address}/calls`);
  const dock = mirror.getByTestId("softphone");
  await expect.poll(() => dock.getAttribute("data-role"), PATIENT).toBe("mirror");
  await stage.carrier.dial(SAM);
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("ringing");
  await mirror.getByTestId("accept").click();
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("in_call");
  await expect.poll(() => mirror.getByTestId("in-call").getAttribute("data-leg"), PATIENT).toBe("open");
  await mirror.getByTestId("end-call").click();
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("wrap_up");
  await mirror.getByTestId("finish").click();
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("ready");
  await agent.page.close();
  await expect.poll(() => dock.getAttribute("data-role"), PATIENT).toBe("leader");
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("ready");
});

test("a second browser takes the phone over, and the first one says so and can take it back", async () => {
  const first = await stage.readyAgent("agent3");
  const second = await stage.readyAgent("agent3");
  await first.reaches("elsewhere");
  await first.page.getByRole("button", { name: "Use here instead" }).click();
  await first.reaches("ready");
  await second.reaches("elsewhere");
});

test("a reload in the middle of a note keeps the note, and the phone comes back by itself", async () => {
  const agent = await stage.readyAgent("agent4");
  await stage.carrier.dial(SAM);
  await agent.accept();
  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
  await agent.phone().getByLabel(/^Note/).fill("half a sen");
  await agent.page.reload();
  await agent.reaches("wrap_up");
  expect(await agent.phone().getByLabel(/^Note/).inputValue()).toBe("half a sen");
  await agent.page.getByTestId("finish").click();
  await agent.reaches("ready");
});

test("calls out show the number that the agent chose; whom nobody may call is refused with the reason", async () => {
  await stage.desk.set("/api/settings/caller-ids/+15550100777", { label: "Sales line" });
  await stage.desk.set("/api/settings/do-not-call/+15550104444", { reason: "Asked by letter." });
  const agent = await stage.readyAgent("agent1");
  await agent
    .phone()
    .getByRole("combobox", { name: /^Number they see/ })
    .click();
  await agent.page.getByRole("option", { name: /^Sales line/ }).click();
  const number = agent.phone().getByLabel("Number to call");
  await number.fill("+15550104444");
  await number.press("Enter");
  await agent.page.getByText("This number must not be called. Asked by letter.").waitFor();
  await agent.reaches("ready");
  await number.fill("+15550104445");
  await number.press("Enter");
  // Whatever the hour is: outside opening hours one is asked once more.
  const anyway = agent.phone().getByRole("button", { name: "Call anyway" });
  await expect.poll(async () => (await anyway.isVisible()) || (await agent.phase()) !== "ready", PATIENT).toBe(true);
  if (await anyway.isVisible()) await anyway.click();
  const shown = async () => (await stage.carrier.calls()).find(({ to }) => to === "+15550104445")?.from;
  await expect.poll(shown, PATIENT).toBe("+15550100777");
  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
});

test("a test of the device passes: microphone, registration, and sound from the carrier and back", async () => {
  const agent = await stage.readyAgent("agent5");
  const dock = agent.phone();
  await dock.getByRole("button", { name: "Test my device" }).click();
  const outcome = dock.getByTestId("device-test-outcome");
  await expect.poll(() => outcome.getAttribute("data-outcome"), PATIENT).not.toBe("running");
  expect(await dock.getByTestId("device-test").innerText()).toMatch(/The test passed/);
  await agent.reaches("ready");
});

test("a microphone that is refused is told, with what to do, and no call is offered", async () => {
  const page = await stage.signIn("agent5", { permissions: [] });
  const dock = page.getByTestId("softphone");
  await dock.getByRole("radio", { name: "Available" }).click();
  await expect.poll(() => dock.innerText(), PATIENT).toMatch(/does not let Evenhand use the microphone/);
  await expect.poll(() => dock.innerText(), PATIENT).toMatch(/allow the microphone/i);
  await expect.poll(() => dock.getAttribute("data-phase"), PATIENT).toBe("not_ready");
});

test("a network that is gone is told, and the phone comes back by itself", async () => {
  const agent = await stage.readyAgent("agent6");
  await agent.page.context().setOffline(true);
  await agent.choose("Break");
  await expect.poll(() => agent.phone().innerText(), PATIENT).toMatch(/cannot be reached/);
  await agent.page.context().setOffline(false);
  await agent.reaches("break");
  await expect.poll(() => agent.phone().innerText(), PATIENT).not.toMatch(/cannot be reached/);
  await agent.choose("Available");
  await agent.reaches("ready");
});

test("webhooks are answered before Next's router, from the second of a route on", async () => {
  const unsigned = async () => fetch(`${stage.product.address}/api/webhooks/twilio/transcription`, { method: "POST" });
  const [first, second] = [await unsigned(), await unsigned()];
  expect([first.status, second.status]).toEqual([403, 403]);
  // Next adds the pages' headers to whatever goes through its router.
  const byNext = [first, second].map(({ headers }) => headers.has("content-security-policy"));
  expect(byNext).toEqual([true, false]);
});
