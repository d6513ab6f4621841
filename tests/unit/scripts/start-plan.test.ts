import { describe, expect, it } from "vitest";

import { readPlan } from "@/scripts/start/environment";
import { productEnvironment } from "@/scripts/start/product-environment";

const local = { development: false };
const carrier = {
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "0".repeat(32),
  TWILIO_API_KEY_SID: `SK${"0".repeat(32)}`,
  TWILIO_API_KEY_SECRET: "0".repeat(32),
  TWILIO_APP_SID: `AP${"0".repeat(32)}`,
};
const secrets = { AUTH_SECRET: "a".repeat(32), CRON_SECRET: "c".repeat(32), METRICS_TOKEN: "m".repeat(32), ...carrier };

describe("what npm start plans", () => {
  it("stands in for everything that an empty environment does not name", () => {
    const plan = readPlan({ DATABASE_URL: "", TWILIO_ACCOUNT_SID: "" }, local);
    expect(plan).toMatchObject({ port: 3000, simulatorPort: 4010, postgresPort: 54330, host: "127.0.0.1" });
    expect(plan.databaseUrl).toBeUndefined();
    expect(plan.localCarrier).toBe(true);
  });

  it("starts no stand-in when both are named", () => {
    const plan = readPlan({ DATABASE_URL: "postgresql://db/evenhand", ...carrier, EVENHAND_REQUIRE_REAL: "1" }, local);
    expect(plan.databaseUrl).toBe("postgresql://db/evenhand");
    expect(plan.localCarrier).toBe(false);
  });

  it.each([
    [{ TWILIO_ACCOUNT_SID: carrier.TWILIO_ACCOUNT_SID }, "TWILIO_AUTH_TOKEN"],
    [{ EVENHAND_REQUIRE_REAL: "1" }, "DATABASE_URL is not set"],
    [{ EVENHAND_REQUIRE_REAL: "1", DATABASE_URL: "postgresql://db/x" }, "TWILIO_ACCOUNT_SID"],
    [{ PORT: "70000" }, "PORT must be a port"],
    [{ POSTGRES_PORT: "http" }, "POSTGRES_PORT must be a port"],
    [{ PORT: "4010" }, "SIMULATOR_PORT and PORT are both 4010"],
    [{ HOST: "0.0.0.0" }, "DEMO_PASSWORD is not set"],
    [{ EVENHAND_DATABASE: 'x"; DROP' }, "EVENHAND_DATABASE"],
  ])("refuses %o, naming %s", (variables, words) => {
    expect(() => readPlan(variables, local)).toThrow(words);
  });
});

describe("the product's environment", () => {
  it("is complete with nothing given", () => {
    const made = productEnvironment(readPlan({}, local), {}, secrets, "postgresql://127.0.0.1/evenhand");
    expect(made).toMatchObject({
      PUBLIC_BASE_URL: "http://127.0.0.1:3000",
      TWILIO_API_BASE_URL: "http://127.0.0.1:4010",
      TWILIO_SIGNAL_URL: "ws://localhost:4010/signal",
      NODE_ENV: "production",
    });
  });

  it("has a mailbox where mails go, unless a mail server was given", () => {
    const made = (given: Record<string, string>) =>
      productEnvironment(readPlan(given, local), given, secrets, "postgresql://127.0.0.1/evenhand", 4999);
    expect(made({ SMTP_URL: "" })).toMatchObject({
      SMTP_URL: "smtp://127.0.0.1:4999",
      SIMULATOR_SMTP_PORT: "4999",
      MAILBOX_PAGE_URL: "http://localhost:4010/mailbox",
    });
    const given = made({ SMTP_URL: "smtps://mail.example" });
    expect([given["SMTP_URL"], given["MAILBOX_PAGE_URL"]]).toEqual(["smtps://mail.example", undefined]);
    expect(
      made({ ...carrier, PUBLIC_BASE_URL: "https://a.example", TWILIO_PHONE_NUMBER: "+15550100000" })["SMTP_URL"],
    ).toBe(undefined);
  });

  it("prefers what is given and ignores what is given empty", () => {
    const given = { AUTH_SECRET: "given".repeat(6), CRON_SECRET: "" };
    const made = productEnvironment(readPlan(given, local), given, secrets, "postgresql://127.0.0.1/evenhand");
    expect(made["AUTH_SECRET"]).toBe(given.AUTH_SECRET);
    expect(made["CRON_SECRET"]).toBe(secrets.CRON_SECRET);
  });

  it("names what a real carrier still needs", () => {
    const given = { ...carrier, DATABASE_URL: "postgresql://db/evenhand" };
    expect(() => productEnvironment(readPlan(given, local), given, secrets, given.DATABASE_URL)).toThrow(
      "PUBLIC_BASE_URL is not set",
    );
  });
});
