import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { AnnouncementView } from "@/modules/call-queue/announcements.schemas";
import { createAgent } from "../../support/factories/agents";
import { createQueue } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { postWebhook } from "../../support/calls/signed-webhook";
import { client, type Client } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const TEXTS = "/api/settings/announcements";
const NUMBER = "+15550100000";
let manager: Client;
let queueId = "";

const sid = () => `CA${newId().replaceAll("-", "")}`;
const hook = async (path: string, params: Record<string, string>) =>
  (await postWebhook(`/api/webhooks/twilio/${path}`, params)).body;

async function dial(to = NUMBER, callSid = sid()) {
  const body = await hook("voice", { CallSid: callSid, From: "+15550100001", To: to, CallStatus: "ringing" });
  return { callSid, body };
}
const tick = (callSid: string) => hook("queue-hold-music", { CallSid: callSid, QueueSid: "QU1", QueueTime: "0" });
const put = (language: string, key: string, text: string | null, of?: string) =>
  manager.put<AnnouncementView & { code?: string; detail?: string }>(`${TEXTS}/${language}/${key}`, {
    text,
    ...(of === undefined ? {} : { queueId: of }),
  });
const speaks = (language: string) => house.db.callQueue.update({ where: { id: queueId }, data: { language } });

beforeAll(async () => {
  manager = client(await createManager(house.db));
  queueId = await createQueue(house.db);
});

beforeEach(async () => {
  await house.db.queuedCall.deleteMany();
  await house.db.announcementText.deleteMany();
  await house.db.queueAnnouncementText.deleteMany();
  await speaks("en-US");
});

afterAll(async () => {
  await house.container.dispatcher.stop();
  await house.container.carrierCommands.stop();
});

describe("what callers hear, as managers put it", () => {
  it("is the product's until somebody writes it anew, for all queues or for one, and again on reset", async () => {
    const shipped = (await manager.get<{ languages: string[]; announcements: AnnouncementView[] }>(TEXTS)).body;
    expect(shipped.languages).toEqual(["en", "de", "es", "fr"]);
    expect(shipped.announcements.find(({ key }) => key === "position")).toMatchObject({
      placeholders: ["position"],
      house: null,
      own: null,
      text: "You are number {position} in line.",
    });
    expect((await put("en", "welcome", "Good day.")).body).toMatchObject({ house: "Good day.", text: "Good day." });
    const { callSid } = await dial();
    expect(await tick(callSid)).toContain('<Say language="en-US">Good day. You are first in line.');
    expect((await put("en", "welcome", "Hello from sales.", queueId)).body).toMatchObject({
      house: "Good day.",
      own: "Hello from sales.",
      text: "Hello from sales.",
    });
    expect(await tick((await dial()).callSid)).toContain("Hello from sales. You are");
    expect((await put("en", "welcome", null, queueId)).body).toMatchObject({ own: null, text: "Good day." });
    expect((await put("en", "welcome", null, queueId)).status).toBe(200);
    const audits = await house.db.auditEntry.findMany({
      where: { entityId: `announcement:${queueId}:en:welcome` },
      orderBy: { id: "asc" },
    });
    expect(audits.map(({ before, after }) => [before, after])).toEqual([
      [{ text: null }, { text: "Hello from sales." }],
      [{ text: "Hello from sales." }, { text: null }],
    ]);
  });

  it("is refused where a placeholder is wrong, where the queue is not there, and to agents", async () => {
    expect(await put("en", "position", "You are {nr}.")).toMatchObject({
      status: 422,
      body: { code: "unknown_placeholder", detail: "{nr} means nothing here; it knows {position}." },
    });
    expect((await put("de", "wait_between", "{low} Minuten")).body.code).toBe("missing_placeholder");
    expect((await put("en", "welcome", "Hello }")).body.code).toBe("stray_brace");
    expect((await put("en", "nonsense", "Hello")).status).toBe(404);
    expect((await put("EN-us", "welcome", "Hello")).status).toBe(404);
    expect((await put("en", "welcome", "Hello", newId())).status).toBe(404);
    const agent = client(await createAgent(house.db));
    expect((await agent.put(`${TEXTS}/en/welcome`, { text: "Hi" })).status).toBe(403);
    expect((await agent.get(TEXTS)).status).toBe(403);
    expect(await house.db.announcementText.count()).toBe(0);
  });
});

describe("the language a caller is spoken to in", () => {
  it("is the queue's, in the line and on the way out", async () => {
    await speaks("de-DE");
    const { callSid } = await dial();
    expect(await tick(callSid)).toContain(
      '<Say language="de-DE">Willkommen. Vielen Dank für Ihren Anruf. Sie stehen an erster Stelle',
    );
    await house.db.queuedCall.updateMany({ data: { enqueuedAt: new Date(Date.now() - 7_200_000) } });
    expect(await tick(callSid)).toContain("<Leave/>");
    const left = await hook("queue-handler", { CallSid: callSid, QueueResult: "leave" });
    expect(left).toContain('<Say language="de-DE">Es tut uns leid, dass niemand Ihren Anruf annehmen konnte.');
    // The words that were taken with the exit stay, whatever the settings say by now.
    await speaks("fr-FR");
    expect(await hook("queue-handler", { CallSid: callSid, QueueResult: "leave" })).toBe(left);
  });

  it("is the dialled number's, where that has one; a voicemail's prompt and thanks are in it as well", async () => {
    const spanish = "+15550100077";
    await manager.put(`/api/settings/numbers/${spanish}`, { label: "Español", queueId, language: "es-MX" });
    await manager.patch(`/api/settings/queues/${queueId}`, {
      maxWaiting: 1,
      exits: { full: { kind: "voicemail", message: "" } },
    });
    await dial();
    const { body, callSid } = await dial(spanish);
    expect(body).toContain('<Say language="es-MX">Por favor, deje un mensaje después de la señal.</Say><Record');
    const taken = { RecordingSid: "RE1", RecordingUrl: "http://x.test/RE1", RecordingDuration: "4" };
    expect(await hook("voicemail", { CallSid: callSid, ...taken })).toContain(">Gracias por su mensaje. Hasta luego.<");
    await manager.patch(`/api/settings/queues/${queueId}`, { maxWaiting: 100, exits: { full: null } });
  });

  it("is the menu key's, before the number's", async () => {
    const menu = await manager.post<{ menuId: string }>("/api/settings/menus", {
      ...{ name: "Languages", language: "en-US", prompt: "Press 1. Pour le français, 2.", invalidText: "Pardon?" },
      ...{ timeoutSeconds: 5, repeats: 1, defaultQueueId: queueId },
      options: [
        { digit: "1", label: "English", queueId, skills: [] },
        { digit: "2", label: "Français", queueId, skills: [], language: "fr-FR" },
      ],
    });
    const { menuId } = menu.body;
    const number = "+15550100078";
    await manager.put(`/api/settings/numbers/${number}`, { label: "Menu", menuId, language: "de-DE" });
    const heard = async (digits: string) => {
      const { callSid } = await dial(number);
      const pressed = { CallSid: callSid, From: "+15550100001", To: number, CallStatus: "in-progress", Digits: digits };
      await hook(`menu?menu=${menuId}&attempt=0`, pressed);
      return tick(callSid);
    };
    expect(await heard("2")).toContain('<Say language="fr-FR">Bienvenue.');
    expect(await heard("1")).toContain('<Say language="de-DE">Willkommen.');
  });
});
