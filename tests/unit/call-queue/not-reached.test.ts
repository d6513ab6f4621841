import { expect, test } from "vitest";
import { reasonOfRefusal } from "@/modules/call-queue/domain/not-reached";

test.each([
  [{ refused: true, code: 21_210 }, "shown_number_refused"],
  [{ refused: true, code: 21_212 }, "shown_number_refused"],
  [{ refused: true, code: 21_211 }, "number_refused"],
  [{ refused: true, code: 21_215 }, "country_refused"],
  [{ refused: true, code: 20_003 }, "dial_refused"],
  [{ refused: true, code: undefined }, "dial_refused"],
  [{ refused: false, code: undefined }, "carrier_away"],
  [{ refused: false, code: 21_210 }, "carrier_away"],
])("an order to dial that came to %j reads %s", (refusal, reason) => {
  expect(reasonOfRefusal(refusal)).toBe(reason);
});
