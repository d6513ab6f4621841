import { describe, expect, it } from "vitest";
import { type Told, mailOf, smsOf, subjectOf } from "@/modules/notifications/domain/compose";
import { gathered, type Draft } from "@/modules/notifications/domain/notification";
import { isGivenUp, MOST_ATTEMPTS, pauseSeconds, saysMore, stateOfSms } from "@/modules/notifications/domain/outgoing";
import { toldEvents, TOLD_EVENTS } from "@/modules/notifications/domain/told-events";
import { UnsubscribeTokens } from "@/modules/notifications/domain/unsubscribe-token";

describe("trying again", () => {
  it("comes later and later, a quarter more or less, and not beyond four hours", () => {
    const middle = (attempts: number, away = false) => pauseSeconds(attempts, away, () => 0.5);
    expect([1, 2, 3, 4].map((attempts) => middle(attempts))).toEqual([30, 60, 120, 240]);
    expect(middle(40)).toBe(4 * 3_600);
    expect(middle(40, true)).toBe(300);
    expect(pauseSeconds(1, false, () => 0)).toBe(22.5);
    expect(pauseSeconds(1, false, () => 1)).toBe(37.5);
  });

  it("ends after so many tries or a day; while nobody can be reached, after the day alone", () => {
    expect(isGivenUp(MOST_ATTEMPTS, 60, false)).toBe(true);
    expect(isGivenUp(MOST_ATTEMPTS, 60, true)).toBe(false);
    expect(isGivenUp(1, 86_400, true)).toBe(true);
    expect(isGivenUp(MOST_ATTEMPTS - 1, 86_399, false)).toBe(false);
  });
});

it("the carrier's words about an SMS only go up", () => {
  expect(saysMore(null, "queued")).toBe(true);
  expect(saysMore("sent", "queued")).toBe(false);
  expect(saysMore("sent", "delivered")).toBe(true);
  expect(saysMore("delivered", "undelivered")).toBe(false);
  expect(saysMore("sent", "something new")).toBe(false);
  expect(["queued", "delivered", "undelivered", "failed"].map(stateOfSms)).toEqual([
    "sent",
    "delivered",
    "failed",
    "failed",
  ]);
});

describe("what is told together", () => {
  const draft = (userId: string, id: string, groupKey: string | null = "assigned"): Draft => ({
    userId,
    event: "assigned",
    groupKey,
    count: 1,
    data: { items: [{ id, label: id.toUpperCase() }], facts: { by: "m" } },
  });

  it("is one for each person and key, the newest first, naming five", () => {
    const drafts = [..."abcdefg"].map((id) => draft("u", id));
    const [one, other, alone] = gathered([...drafts, draft("v", "a"), draft("u", "z", null)]);
    expect(one).toMatchObject({ userId: "u", count: 7 });
    expect(one?.data.items.map(({ id }) => id)).toEqual(["g", "f", "e", "d", "c"]);
    expect(other).toMatchObject({ userId: "v", count: 1 });
    expect(alone?.groupKey).toBeNull();
  });

  const told = (label: string): Told => ({
    event: "assigned",
    count: 1,
    data: { items: [{ id: "1", label }], facts: {} },
  });
  const links = {
    baseUrl: "https://house.test",
    unsubscribeUrl: "https://house.test/u",
    pageFor: () => "https://house.test/p",
  };

  it("is written into a mail as text, whatever a name holds", () => {
    const name = `<script>alert("x")</script>\r\nBcc: everybody@house.test`;
    const mail = mailOf({ name: "Ann <b>", email: "a@house.test" }, [told(name)], "<1@house>", links);
    expect(mail.html).not.toContain("<script>");
    expect(mail.html).toContain("&lt;script&gt;");
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it("is named by what could not wait, and by the first of what could", () => {
    const ready: Told = { event: "export", count: 1, data: { items: [], facts: { rows: 3, format: "csv" } } };
    expect(subjectOf([told("Ann"), ready])).toBe("2 notifications: Your export is ready: 3 leads as CSV, and more");
    expect(subjectOf([told("Ann"), told("Bea")])).toBe("2 notifications: Ann was assigned to you, and more");
  });

  it("says in a mail why something failed", () => {
    const facts = { failed: true, file: "clients.csv", why: "Below its header the file has no rows.", left: 0 };
    const failed: Told = { event: "import", count: 1, data: { items: [], facts } };
    const mail = mailOf({ name: "Ann", email: "a@house.test" }, [failed], "<2@house>", links);
    expect(mail.subject).toBe("Your import of clients.csv has failed");
    for (const body of [mail.text, mail.html]) expect(body).toContain(facts.why);
  });

  it("fits into three parts of an SMS", () => {
    expect(smsOf([told("A".repeat(500))], "https://house.test").length).toBeLessThanOrEqual(201 + "Evenhand: ".length);
  });
});

it("every event has words for its settings, and is on in the app", () => {
  for (const event of toldEvents) {
    expect(TOLD_EVENTS[event].label).not.toBe("");
    expect(TOLD_EVENTS[event].on).toContain("in_app");
    expect(TOLD_EVENTS[event].on).not.toContain("sms");
  }
});

describe("an unsubscribe token", () => {
  const tokens = new UnsubscribeTokens("secret of the tests only, long enough");
  const right = { userId: "u", channel: "email" as const, events: ["export" as const] };

  it("says whom and what, and cannot be altered", () => {
    const token = tokens.sign(right);
    expect(tokens.read(token)).toEqual(right);
    const [payload = "", tag = ""] = token.split(".");
    const other = Buffer.from(JSON.stringify(["someone else", "email", "export"])).toString("base64url");
    for (const forged of [`${other}.${tag}`, payload, "", ".", "a.b.c", `${payload}.${tag.slice(1)}`]) {
      expect(() => tokens.read(forged)).toThrow(/not valid/);
    }
    expect(() => new UnsubscribeTokens("another secret of another house").read(token)).toThrow(/not valid/);
  });
});
