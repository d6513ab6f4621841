import { beforeAll, describe } from "vitest";
import { type BadCase, type BadRequest, databaseWatch, refuses } from "@/tests/support/bad-input";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
let manager: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
});

const world = { manager: () => manager, watch };
const shape = (says: RegExp, field?: string) => ({
  status: 400,
  code: "invalid_request",
  says,
  ...(field === undefined ? {} : { field }),
});

describe("PUT /api/settings/lead-return refuses", () => {
  const put = (body: unknown) => (): BadRequest => ({ method: "PUT", path: "/api/settings/lead-return", body });
  const cases: BadCase[] = [
    ["nothing to change", put({}), shape(/name enabled, calendar or minutes/)],
    ["a switch that is text", put({ enabled: "false" }), shape(/enabled: must be true or false, not text/, "enabled")],
    ["no minutes at all", put({ minutes: {} }), shape(/minutes: name at least one priority/, "minutes")],
    ["0 minutes", put({ minutes: { urgent: 0 } }), shape(/minutes\.urgent: must be at least 1/, "minutes.urgent")],
    ["-5 minutes", put({ minutes: { high: -5 } }), shape(/minutes\.high: must be at least 1/, "minutes.high")],
    ["half a minute", put({ minutes: { high: 0.5 } }), shape(/minutes\.high: must be/, "minutes.high")],
    ["2^40 minutes", put({ minutes: { normal: 2 ** 40 } }), shape(/minutes\.normal: must be at most 100,000/)],
    [
      "minutes of an unknown priority",
      put({ minutes: { low: 5 } }),
      shape(/minutes\.low: is not known/, "minutes.low"),
    ],
    [
      "a calendar that does not exist",
      put({ calendar: "nights" }),
      { status: 422, code: "unknown_calendar", says: /no calendar nights/ },
    ],
    [
      "a calendar's name that cannot be one",
      put({ calendar: "../x" }),
      shape(/calendar: a name is made of/, "calendar"),
    ],
    [
      "an agent asking",
      () => ({ ...put({ enabled: false })(), as: agent }),
      { status: 403, code: "forbidden", says: /role/ },
    ],
  ];
  refuses(cases, world);
});

describe("PUT /api/settings/calendars/{name} refuses", () => {
  const facts = { time_zone: "Europe/Berlin", weekly: [{ day: 1, from: "09:00", to: "17:00" }] };
  const put =
    (change: object, name = "shop") =>
    (): BadRequest => ({
      method: "PUT",
      path: `/api/settings/calendars/${name}`,
      body: { ...facts, ...change },
    });
  const weekly = (hours: object) => put({ weekly: [{ day: 1, from: "09:00", to: "17:00", ...hours }] });
  const cases: BadCase[] = [
    ["a name with spaces", put({}, "my%20shop"), shape(/name: a name is made of/, "name")],
    ["a name of 41 characters", put({}, "s".repeat(41)), shape(/name: a name is made of/, "name")],
    ["a null byte for a name", put({}, "%00"), shape(/name: a name is made of/, "name")],
    ["no time zone", put({ time_zone: undefined }), shape(/time_zone: is required/, "time_zone")],
    [
      "a time zone that does not exist",
      put({ time_zone: "Europe/Atlantis" }),
      { status: 422, code: "unknown_time_zone", says: /Europe\/Atlantis is not a time zone/ },
    ],
    ["no weekdays", put({ weekly: undefined }), shape(/weekly: is required/, "weekly")],
    ["day 0", weekly({ day: 0 }), shape(/weekly\.0\.day: must be at least 1/, "weekly.0.day")],
    ["day 8", weekly({ day: 8 }), shape(/weekly\.0\.day: must be at most 7/, "weekly.0.day")],
    ["a day by its name", weekly({ day: "Monday" }), shape(/weekly\.0\.day: must be a number/, "weekly.0.day")],
    ["25 o'clock", weekly({ to: "25:00" }), shape(/weekly\.0\.to: write a time as HH:MM/, "weekly.0.to")],
    ["9:00 without its zero", weekly({ from: "9:00" }), shape(/weekly\.0\.from: write a time/, "weekly.0.from")],
    [
      "hours that end when they begin",
      weekly({ to: "09:00" }),
      { status: 422, code: "empty_hours", says: /end when they begin/ },
    ],
    [
      "101 intervals",
      put({ weekly: Array.from({ length: 101 }, () => facts.weekly[0]) }),
      shape(/weekly: must have at most 100/, "weekly"),
    ],
    ["the 30th of February", put({ holidays: ["2027-02-30"] }), shape(/holidays\.0: write a date/, "holidays.0")],
    ["a holiday with a time", put({ holidays: ["2027-12-25T00:00:00Z"] }), shape(/holidays\.0: write/, "holidays.0")],
    [
      "1,001 holidays",
      put({ holidays: Array.from({ length: 1_001 }, () => "2027-12-25") }),
      shape(/holidays: must have at most 1,000/, "holidays"),
    ],
    [
      "reading one that does not exist",
      () => ({ method: "GET", path: "/api/settings/calendars/nights" }),
      { status: 404, code: "not_found", says: /This calendar does not exist/ },
    ],
  ];
  refuses(cases, world);
});
