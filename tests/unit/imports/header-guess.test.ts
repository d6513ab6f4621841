import { describe, expect, it, test } from "vitest";
import { newId } from "@/lib/ids";
import { guessMapping } from "@/modules/imports/domain/header-guess";
import { columnFacts, exportColumns } from "@/modules/leads/domain/lead-export";

/** What a header of these columns is taken for, by column; what is not imported is left out. */
const guessed = (header: readonly string[], sample?: string[][]): Record<string, string> =>
  Object.fromEntries(guessMapping(header, sample).flatMap((field, at) => (field ? [[header[at], field]] : [])));

describe("a single header", () => {
  test.each([
    ["name", ["Name", "Full Name", "Contact", "Lead name", "Vor- und Nachname", "Name, Vorname", "Nachname, Vorname"]],
    ["name", ["Kontakt", "Ansprechpartner", "Ansprechpartner/in", "Kundenname", "Nom", "Nom et prénom", "Nom complet"]],
    [
      "name",
      ["Prénom Nom", "Nombre", "Nombre completo", "Nombre y apellidos", "Persona de contacto", "Person - Name *"],
    ],
    ["first_name", ["First Name", "Given Name", "Vorname", "Prénom", "Person - First name"]],
    ["last_name", ["Last Name", "Surname", "Family Name", "Nachname", "Nom de famille", "Apellidos"]],
    [
      "phone",
      ["Phone", "Tel.", "Tel.-Nr.", "Telefon", "Telefon (mobil)", "Telefon geschäftlich", "Handy-Nr.", "Mobil"],
    ],
    ["phone", ["Phone Number", "Mobile Phone Number", "Mobile Phone", "Person - Phone - Mobile", "Phone 1 - Value"]],
    ["phone", ["Téléphone", "Tél. portable", "Numéro de téléphone", "Teléfono móvil", "Móvil", "Celular"]],
    ["email", ["E-Mail", "E-Mail-Adresse", "E-mail Address", "E-mail 1 - Value", "Person - Email - Work", "Mail"]],
    ["email", ["Courriel", "Adresse e-mail", "Adresse de messagerie", "Correo electrónico", "Email Address(es)"]],
    [
      "source",
      ["Source", "Lead Source", "Original Source", "Lead-Quelle", "Herkunft", "Origen del candidato", "Campaña"],
    ],
    ["tags", ["Tags", "Labels", "Person - Labels", "Kategorien", "Étiquettes", "Etiquetas", "Catégories"]],
    ["notes", ["Notes", "Description", "Notizen", "Bemerkungen", "Commentaires", "Notas", "Observaciones"]],
    ["follow_up_on", ["Follow-up date", "Wiedervorlage am", "Relance", "Fecha de seguimiento"]],
  ])("is %s: %j", (field, headers) => {
    for (const header of headers) expect([header, ...guessMapping([header])]).toEqual([header, field]);
  });

  test.each([
    ["Company"],
    ["Account Name"],
    ["Contact owner"],
    ["Lead Owner"],
    ["E-mail 1 - Label"],
    ["Middle Name"],
    ["Fax"],
  ])("means nothing here: %s", (header) => {
    expect(guessMapping([header])).toEqual([null]);
  });
});

describe("the files of other systems", () => {
  const parts = { first: "first_name", last: "last_name" } as const;

  it("Salesforce, whose ids are none of ours", () => {
    const header = ["Lead ID", "First Name", "Last Name", "Company / Account", "Email", "Phone", "Lead Source"];
    const row = ["00Q5g00000AbCdE", "Ann", "Field", "Acme", "a@x.com", "+14155550100", "Web"];
    expect(guessed(header, [row])).toEqual({
      ...{ "First Name": parts.first, "Last Name": parts.last },
      ...{ Email: "email", Phone: "phone", "Lead Source": "source" },
    });
  });

  it("HubSpot", () => {
    const header = ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Create Date"];
    const names = { "First Name": parts.first, "Last Name": parts.last };
    expect(guessed(header)).toEqual({ ...names, Email: "email", "Phone Number": "phone" });
  });

  it("Pipedrive, whose columns of telephone numbers are empty but for one", () => {
    const header = ["Person - Name", "Person - Phone - Work", "Person - Phone - Mobile", "Person - Email - Work"];
    const sample = [
      ["Ann Field", "+14155550100", "", "a@x.com"],
      ["Bea Wood", "+14155550101", "", ""],
    ];
    expect(guessed(header, sample)).toEqual({
      "Person - Name": "name",
      "Person - Phone - Work": "phone",
      "Person - Email - Work": "email",
    });
  });

  it("Outlook, in English and German", () => {
    const english = [
      "Title",
      "First Name",
      "Middle Name",
      "Last Name",
      "E-mail Address",
      "Business Phone",
      "Mobile Phone",
    ];
    expect(guessed(english)).toEqual({
      ...{ "First Name": parts.first, "Last Name": parts.last },
      ...{ "E-mail Address": "email", "Mobile Phone": "phone" },
    });
    const german = ["Anrede", "Vorname", "Weitere Vornamen", "Nachname", "E-Mail-Adresse", "Telefon geschäftlich"];
    expect(guessed(german)).toEqual({
      ...{ Vorname: parts.first, Nachname: parts.last },
      ...{ "E-Mail-Adresse": "email", "Telefon geschäftlich": "phone" },
    });
  });

  it("Google Contacts, of today and before, whose parts may be empty", () => {
    const now = ["First Name", "Last Name", "Labels", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Value"];
    expect(guessed(now)).toEqual({
      ...{ "First Name": parts.first, "Last Name": parts.last, Labels: "tags" },
      ...{ "E-mail 1 - Value": "email", "Phone 1 - Value": "phone" },
    });
    const before = ["Name", "Given Name", "Family Name", "Phone 1 - Value"];
    const withoutParts = [["Ann Field", "", "", "+14155550100"]];
    expect(guessed(before, withoutParts)).toEqual({ Name: "name", "Phone 1 - Value": "phone" });
  });
});

describe("a name beside one of its parts", () => {
  it("is the other part", () => {
    expect(guessed(["Name", "Vorname"])).toEqual({ Name: "last_name", Vorname: "first_name" });
    expect(guessed(["Nom", "Prénom"])).toEqual({ Nom: "last_name", Prénom: "first_name" });
    expect(guessed(["Nombre", "Apellidos"])).toEqual({ Nombre: "first_name", Apellidos: "last_name" });
    expect(guessed(["Name", "Surname"], [["Ann", "Field"]])).toEqual({ Name: "first_name", Surname: "last_name" });
  });

  it("is the whole name where the part stands in it", () => {
    expect(guessed(["Name", "First name"], [["Ann Field", "Ann"]])).toEqual({ Name: "name" });
  });
});

describe("what we export", () => {
  const back: Record<string, string> = {
    ...{ lead_id: "lead_id", name: "name", phone: "phone", email: "email", source: "source", tags: "tags" },
    ...{ disposition: "disposition", priority: "priority", follow_up_on: "follow_up_on" },
  };
  const row = exportColumns.map(
    (column) => ({ lead_id: newId(), name: "Ann Field", notes_count: "3" })[column as string] ?? "",
  );

  test.each([
    ["names", exportColumns.map(String)],
    ["labels", exportColumns.map((column) => columnFacts[column].label)],
  ])("comes back to the same fields, by its %s", (_, header) => {
    for (const sample of [[], [row]]) {
      const mapping = guessMapping(header, sample);
      expect(
        Object.fromEntries(exportColumns.flatMap((column, at) => (mapping[at] ? [[column, mapping[at]]] : []))),
      ).toEqual(back);
    }
    // A column of counts is no note, whatever else was chosen.
    expect(guessMapping(["Lead", "Notes"], [[newId(), "3"]])).toEqual(["lead_id", null]);
  });
});
