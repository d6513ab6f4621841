import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "@/modules/audit/domain/seal";

it("is one text for one value, whatever the order of its keys", () => {
  expect(canonicalJson({ b: 1, a: [true, null, { d: "\u2603", c: 1.5 }] })).toBe(
    '{"a":[true,null,{"c":1.5,"d":"\u2603"}],"b":1}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(text);
      }
    }),
  );
});
