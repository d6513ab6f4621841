import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmtpMailer } from "@/modules/notifications/adapters/smtp-mailer";
import type { Mail } from "@/modules/notifications/domain/outgoing";
import { freePort } from "@/scripts/postgres/throwaway";
import { CarrierHouse } from "@/tests/support/carrier/carrier-house";

const house = new CarrierHouse();
let smtpPort = 0;

beforeAll(async () => {
  smtpPort = await freePort();
  await house.start({ smtpPort });
});

afterAll(() => house.stop());

const MAIL: Mail = {
  to: "ava@evenhand.test",
  subject: "Your export is ready",
  text: "Hello Ava",
  html: "<p>Hello <b>Ava</b><script>top.name='taken'</script></p>",
  messageId: "<one@evenhand.test>",
  unsubscribeUrl: "http://127.0.0.1:3000/api/notifications/unsubscribe?token=t",
};

const send = (mail: Partial<Mail> = {}) =>
  new SmtpMailer({ url: `smtp://127.0.0.1:${smtpPort}`, from: "Evenhand <evenhand@evenhand.test>" }).send({
    ...MAIL,
    ...mail,
  });

async function arrived(): Promise<{ id: string; [field: string]: unknown }[]> {
  const response = await fetch(`${house.url}/_control/mails`);
  return ((await response.json()) as { mails: { id: string }[] }).mails;
}

describe("the carrier's mailbox", () => {
  it("has what was sent by SMTP, newest first, and forgets it with everything else", async () => {
    expect(await send()).toMatchObject({ kind: "accepted" });
    await send({ to: "ben@evenhand.test", subject: "A second one" });
    const mails = await arrived();
    expect(mails.map(({ subject }) => subject)).toEqual(["A second one", "Your export is ready"]);
    expect(mails[1]).toMatchObject({
      from: "evenhand@evenhand.test",
      to: ["ava@evenhand.test"],
      text: "Hello Ava\n",
      messageId: MAIL.messageId,
      unsubscribeUrl: MAIL.unsubscribeUrl,
    });
    expect(mails[1]).not.toHaveProperty("html");
  });

  it("draws a mail where nothing of it can run, load or reach the page around it", async () => {
    await send();
    const [mail] = await arrived();
    const shown = await fetch(`${house.url}/mailbox/mails/${mail?.id}`);
    const policy = shown.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/^sandbox (?!.*allow-(scripts|same-origin))/);
    expect(await shown.text()).toContain("<b>Ava</b>");
    expect((await fetch(`${house.url}/mailbox/mails/none`)).status).toBe(404);
    expect((await fetch(`${house.url}/mailbox`, { method: "POST" })).status).toBe(405);
    const elsewhere = { origin: "https://elsewhere.example" };
    expect((await fetch(`${house.url}/mailbox/mails/${mail?.id}`, { headers: elsewhere })).status).toBe(403);
  });

  it("refuses a mail that is too large, for good, and takes the next", async () => {
    const large = await send({ text: "x".repeat(1_100_000) });
    expect(large).toMatchObject({ kind: "refused", code: "smtp_552" });
    expect(await send()).toMatchObject({ kind: "accepted" });
    await fetch(`${house.url}/_control/reset`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await arrived()).toEqual([]);
  });
});
