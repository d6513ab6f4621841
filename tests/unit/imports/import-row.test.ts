import { expect, test } from "vitest";
import { guessMapping } from "@/modules/imports/domain/header-guess";
import { readRow } from "@/modules/imports/domain/import-row";

const header = ["Phone", "Follow-up on"];
const reading = {
  header,
  mapping: guessMapping(header),
  country: "US" as const,
  isMarked: true,
  dispositions: new Map<string, string>(),
};
const read = (date: string) => readRow(2, ["+14155550100", date], reading);

test.each([
  ["2027-02-28", "2027-02-28"],
  ["2027-02-28T00:00:00.000Z", "2027-02-28"],
  ["2027-02-28 00:00:00", "2027-02-28"],
  ["28.2.2027", "2027-02-28"],
  ["", undefined],
])("a date written as %j is %s", (text, date) => {
  expect(read(text)).toMatchObject({ errors: [], facts: date === undefined ? {} : { follow_up_on: date } });
});

test.each(["02/03/2027", "31.2.2027", "2027-02-29", "2027-02-28T10:30:00Z", "28.2.27", "1999-12-31", "soon"])(
  "%j is no date of a file",
  (text) => {
    expect(read(text).errors).toMatchObject([{ column: "Follow-up on", code: "invalid_value" }]);
  },
);

test.each([
  { cells: ["Müller", "Anna"], facts: { name: "Anna Müller" } },
  { cells: ["", "Anna"], facts: { name: "Anna" } },
  { cells: ["Müller", ""], facts: { name: "Müller" } },
])("first and last name in two columns, in any order, are one: $facts.name", ({ cells, facts }) => {
  const names = ["Nachname", "Vorname", "Telefon"];
  const row = readRow(2, [...cells, "+14155550100"], { ...reading, header: names, mapping: guessMapping(names) });
  expect(row).toMatchObject({ errors: [], facts });
});

test("a whole name goes before its parts, and a name that is too long as a whole is said of its last part", () => {
  const names = ["Whole", "First", "Last"];
  const mapping = ["name", "first_name", "last_name"] as const;
  const of = (...cells: string[]) => readRow(2, cells, { ...reading, header: names, mapping: [...mapping] });
  expect(of("Anna Müller", "A.", "M.").facts).toEqual({ name: "Anna Müller" });
  // A row with an error elsewhere is known by its name too.
  const wrong = readRow(2, ["Anna", "12"], {
    ...reading,
    header: ["First", "Phone"],
    mapping: ["first_name", "phone"],
  });
  expect(wrong).toMatchObject({ facts: { name: "Anna" }, errors: [{ column: "Phone" }] });
  expect(of("", "a".repeat(150), "b".repeat(150)).errors).toMatchObject([{ column: "Last", code: "invalid_value" }]);
});
