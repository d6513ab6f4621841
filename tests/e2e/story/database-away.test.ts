import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { freezeDatabase, killDatabase, killWeb } from "./frozen-database";
import { decodedEnergy, PATIENT, Stage } from "./stage";

const stage = new Stage();
const PRIYA = "+15550100102";
const OUTAGE_MS = 30_000;
const BEEP = 1e-3;

test("the database is gone for 30 s in the middle of a call: told, still talking, nothing lost, back by itself", async () => {
  const agent = await stage.readyAgent("agent1");
  const telephone = await stage.telephone(PRIYA);
  await telephone.dial();
  await agent.accept();
  await telephone.reaches("in_conference");
  await agent.phone().getByLabel("Note of this call").fill("Asked for the");

  const thaw = freezeDatabase(stage.product.dataDirectory);
  try {
    const until = Date.now() + OUTAGE_MS;
    await expect.poll(() => agent.phone().innerText(), PATIENT).toMatch(/cannot be reached[\s\S]*Your call goes on/);
    const [agentHeard, callerHeard] = [await agent.heardEnergy(), await decodedEnergy(telephone.page)];
    await expect.poll(() => agent.heardEnergy(), PATIENT).toBeGreaterThan(agentHeard + BEEP);
    await expect.poll(() => decodedEnergy(telephone.page), PATIENT).toBeGreaterThan(callerHeard + BEEP);
    await delay(Math.max(0, until - Date.now()));
  } finally {
    thaw();
  }

  await expect.poll(() => agent.phone().innerText(), PATIENT).not.toMatch(/cannot be reached/);
  await agent.reaches("in_call");
  expect(await telephone.state()).toBe("in_conference");
  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
  expect(await agent.phone().getByLabel(/^Note/).inputValue()).toBe("Asked for the");
  await agent.page.getByTestId("finish").click();
  await agent.reaches("ready");
  await telephone.reaches("ended");
});

test("the database, then the web process, are killed in the middle of a call: both talk on, and it ends as it should", async () => {
  const agent = await stage.readyAgent("agent2");
  const telephone = await stage.telephone(PRIYA);
  await telephone.dial();
  await agent.accept();
  await telephone.reaches("in_conference");

  for (const kill of [killDatabase, killWeb]) {
    const [agentHeard, callerHeard] = [await agent.heardEnergy(), await decodedEnergy(telephone.page)];
    kill(stage.product.dataDirectory);
    await expect.poll(() => agent.heardEnergy(), PATIENT).toBeGreaterThan(agentHeard + BEEP);
    await expect.poll(() => decodedEnergy(telephone.page), PATIENT).toBeGreaterThan(callerHeard + BEEP);
    await expect.poll(() => stage.isWell(), PATIENT).toBe(true);
    await agent.reaches("in_call");
    expect(await telephone.state()).toBe("in_conference");
  }

  await agent.page.getByTestId("end-call").click();
  await agent.reaches("wrap_up");
  await agent.page.getByTestId("finish").click();
  await agent.reaches("ready");
  await telephone.reaches("ended");
});
