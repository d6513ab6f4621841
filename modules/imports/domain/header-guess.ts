import { isId } from "@/lib/ids";
import { headerKey } from "./header-key";
import { type ImportField, importFields, type Mapping } from "./import-fields";

/** The keys of headers, parted by blanks. */
const keys = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(" "));

/**
 * Headers that mean a field, as headerKey() has them, the surest first: ours, by the names and the labels of exports, then
 * those of other systems (Salesforce, HubSpot, Pipedrive, Outlook, Google Contacts) and of lists that people keep
 * themselves, in English, German, French and Spanish.
 */
const NAMES: Readonly<Record<ImportField, readonly string[]>> = {
  lead_id: keys("leadid lead evenhandid"),
  name: keys(
    "name fullname contactname contact leadname personname displayname customer customername client clientname",
    "firstandlastname firstnamelastname lastnamefirstname contactperson",
    "vorundnachname vorundzuname vornamenachname vornamename namevorname nachnamevorname vollstandigername anzeigename",
    "kontakt kontaktname kontaktperson ansprechpartner ansprechpartnerin ansprechperson kunde kundenname interessent",
    "nom nomcomplet nometprenom prenometnom nomprenom prenomnom nomducontact interlocuteur",
    "nombre nombrecompleto nombreyapellido nombreyapellidos apellidosynombre apellidosnombre contacto cliente",
    "nombredelcontacto personadecontacto",
  ),
  first_name: keys(
    "firstname givenname forename personfirstname contactfirstname vorname rufname prenom primernombre nombredepila",
  ),
  last_name: keys(
    "lastname surname familyname personlastname contactlastname nachname familienname zuname nomdefamille",
    "apellido apellidos primerapellido",
  ),
  phone: keys(
    "phone phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber mobilephonenumber cell cellphone",
    "personphone personphonemobile personphonework phone1value phone1 primaryphone mainphone contactphone",
    "workphone businessphone officephone phonework homephone phonehome personphonehome telno telnr number",
    "handy handynr handynummer mobil mobilnr mobilnummer mobiltelefon mobiltelefonnummer mobilfunk mobilfunknummer",
    "telefon telefonnr telefonnummer telefonmobil telefongeschaftlich telefondienstlich telefonprivat rufnummer",
    "haupttelefon festnetz",
    "portable telportable telmobile telephoneportable telephonemobile numerodetelephone numtel telephonebureau",
    "telephoneprofessionnel telephonedomicile",
    "telefono telefonomovil movil celular numerodetelefono telefonodeltrabajo telefonoparticular telefonoprincipal",
  ),
  email: keys(
    "email emailaddress mail mailaddress emailaddresses emails email1value email1 primaryemail workemail businessemail",
    "personemail personemailwork personemailhome contactemail emailwork emailhome",
    "emailadresse mailadresse emailgeschaftlich emailprivat",
    "courriel adressemail adresseemail adressecourriel adresseelectronique adressedemessagerie",
    "correo correoelectronico direcciondecorreo direcciondecorreoelectronico",
  ),
  source: keys(
    "source leadsource origin channel campaign originalsource originalsourcetype leadsourcechannel",
    "quelle leadquelle herkunft kanal kampagne",
    "provenance origine canal campagne originedelapiste sourcedelapiste",
    "fuente origen campana origendelcandidato fuentedelprospecto",
  ),
  disposition: keys("disposition status leadstatus stage leadstage"),
  priority: keys("priority prio urgency prioritat"),
  tags: keys(
    "tags tag labels label keywords categories personlabels personlabel leadlabels leadlabel groupmembership",
    "schlagworte schlagworter stichworte kategorien etiquettes motscles etiquetas categorias",
  ),
  follow_up_on: keys(
    "followupon followup followupdate nextcontact nextcontactdate nextcall nextfollowup reminder reminderdate callbackdate",
    "wiedervorlage wiedervorlageam nachsteskontakt relance datederelance rappel prochaincontact",
    "seguimiento fechadeseguimiento proximocontacto",
  ),
  notes: keys(
    "notes note comment comments remark remarks description notizen notiz bemerkung bemerkungen kommentar beschreibung",
    "commentaire commentaires remarque remarques notas nota comentario comentarios observaciones",
  ),
};

/** "Name" beside "Vorname" is the surname, "Nombre" beside "Apellidos" the given name. */
const OTHER_PART = keys("name nombre nom");

/**
 * The mapping that headers and first rows suggest: each field once, to the column that names it best and has values;
 * `notes_count` is none. First and last name are taken apart where both stand there.
 */
export function guessMapping(header: readonly string[], sample: readonly (readonly string[])[] = []): Mapping {
  const guess = new Guess(header.map(headerKey), sample);
  guess.take("lead_id", NAMES.lead_id, isOfOurs);
  guess.takeNames();
  for (const field of importFields) {
    if (field === "notes") {
      // An exported file has a column of the number of notes, which it labels "Notes".
      if (!guess.has("assignedat")) guess.take(field, NAMES.notes, (values) => !isCounts(values));
    } else if (!NAME_FIELDS.has(field)) guess.take(field, NAMES[field]);
  }
  return guess.mapping;
}

const NAME_FIELDS: ReadonlySet<ImportField> = new Set(["lead_id", "name", "first_name", "last_name"]);
/** One wrong cell is that row's error; a column without any id of ours has another system's. */
const isOfOurs = (values: readonly string[]): boolean =>
  values.length === 0 || values.some((value) => isId(value.toLowerCase()));
const isCounts = (values: readonly string[]): boolean =>
  values.length > 0 && values.every((value) => /^\d+$/.test(value));

class Guess {
  readonly mapping: Mapping;

  constructor(
    private readonly header: readonly string[],
    private readonly sample: readonly (readonly string[])[],
  ) {
    this.mapping = header.map(() => null);
  }

  has(key: string): boolean {
    return this.header.includes(key);
  }

  /** Gives a field to the best column that is left and whose values may be that; answers which. */
  take(
    field: ImportField,
    names: readonly string[],
    mayBe: (values: string[]) => boolean = () => true,
  ): number | undefined {
    const columns = names
      .flatMap((name) => this.header.flatMap((key, at) => (key === name ? [at] : [])))
      .filter((at) => this.mapping[at] === null && mayBe(this.values(at)));
    const column = columns.find((at) => this.values(at).length > 0) ?? columns[0];
    if (column !== undefined) this.mapping[column] = field;
    return column;
  }

  takeNames(): void {
    const first = this.take("first_name", NAMES.first_name);
    const last = this.take("last_name", NAMES.last_name);
    const part = first ?? last;
    if (part !== undefined && !(first !== undefined && last !== undefined)) {
      const missing = first === undefined ? "first_name" : "last_name";
      if (this.take(missing, OTHER_PART, (values) => !this.contain(values, part)) !== undefined) return;
    }
    const parts = [first, last].filter((at) => at !== undefined);
    if (parts.length === 2 && parts.some((at) => this.sample.length === 0 || this.values(at).length > 0)) return;
    if (this.take("name", NAMES.name) !== undefined) for (const at of parts) this.mapping[at] = null;
  }

  /** Whether these are whole names, in which the part of a column stands too. */
  private contain(values: readonly string[], part: number): boolean {
    return this.values(part).some((value) =>
      values.some((whole) => whole.split(/\s+/).length > 1 && whole.includes(value)),
    );
  }

  private values(at: number): string[] {
    return this.sample.map((cells) => (cells[at] ?? "").trim()).filter((cell) => cell !== "");
  }
}
