"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { useNumberWords } from "@/lib/client/locale";
import { sizeText } from "@/modules/exports/components/export-queries";
import type { ImportView } from "../schemas";
import { ColumnMapping } from "./column-mapping";
import { ImportOptionsCard } from "./import-options";
import { type ImportOptions, useImportSteps } from "./import-queries";
import { delimiterWords, encodingWords, fieldWords } from "./import-words";

type Encoding = NonNullable<ImportView["file"]["encoding"]>;
type Delimiter = NonNullable<ImportView["file"]["delimiter"]>;

/** What a lead cannot be made without, each with the columns that it may stand in. */
const NEEDED = { name: ["name", "first_name", "last_name"], phone: ["phone"] } as const;

/** How a file is read and what is done with its rows, before they are checked. */
export function ImportForm({ one, onChecked }: { one: ImportView; onChecked: () => void }) {
  const { step, change } = useImportSteps(one.import_id);
  const figure = useNumberWords();
  // Other columns, by another delimiter, begin anew.
  const columns = one.file.header.join("\n");
  const [draft, setDraft] = useState({ columns, mapping: one.mapping });
  const mapping = draft.columns === columns ? draft.mapping : one.mapping;
  const [options, setOptions] = useState<ImportOptions>(one.options);
  const missing = (["name", "phone"] as const)
    .filter((needed) => !NEEDED[needed].some((field) => mapping.includes(field)))
    .map((needed) => fieldWords[needed].toLowerCase());
  const busy = step.isPending || change.isPending;
  const recognised = mapping.some((field) => field === "lead_id" || field === "phone" || field === "email");
  const check = async () => {
    await change.mutateAsync({ mapping, options });
    await step.mutateAsync("check");
    onChecked();
  };
  return (
    <>
      {one.file.remarks.map((remark) => (
        <Banner key={remark} tone="info">
          {remark}
        </Banner>
      ))}
      <Card aria-labelledby="columns">
        <CardHeader
          id="columns"
          title="Columns"
          meta={`${sizeText(one.file.bytes, figure)}${one.mapping_from === "remembered" ? ", mapped as you did before" : ""}`}
          actions={<Dialect one={one} busy={busy} onChange={change.mutate} />}
        />
        <ColumnMapping one={one} mapping={mapping} onChange={(next) => setDraft({ columns, mapping: next })} />
      </Card>
      <ImportOptionsCard options={options} onChange={setOptions} />
      {!recognised && (
        <Banner tone="caution">Choose which column is the phone number, the e-mail address or the lead’s id.</Banner>
      )}
      {recognised && missing.length > 0 && (
        <Banner tone="info">
          No column is the {missing.join(" or the ")}, which a new lead needs:{" "}
          {options.dedupe === "skip"
            ? "no row would be imported."
            : "only leads that are there already would be changed."}
        </Banner>
      )}
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p className="text-xs text-muted">Nothing is written yet.</p>
        <Button
          variant="primary"
          busy={busy}
          disabled={!recognised || !one.may_change}
          onClick={() => void check().catch(() => undefined)}
        >
          Check the rows
        </Button>
      </div>
    </>
  );
}

interface DialectProps {
  one: ImportView;
  busy: boolean;
  onChange: (change: { encoding?: Encoding; delimiter?: Delimiter }) => void;
}

/** Encoding and delimiter of a text file: the sample shows whether they are right. */
function Dialect({ one: { file }, busy, onChange }: DialectProps) {
  if (file.encoding === null || file.delimiter === null) return null;
  const encodings = Object.entries(encodingWords) as [Encoding, string][];
  const delimiters = Object.entries(delimiterWords) as [Delimiter, string][];
  return (
    <div className="flex items-center gap-2">
      <Select
        label="Encoding"
        size="sm"
        className="w-46 sm:w-52"
        disabled={busy}
        value={file.encoding}
        onChange={(encoding) => onChange({ encoding })}
        options={encodings.map(([value, label]) => ({ value, label }))}
      />
      <Select
        label="Delimiter"
        size="sm"
        className="w-28"
        disabled={busy}
        value={file.delimiter}
        onChange={(delimiter) => onChange({ delimiter })}
        options={delimiters.map(([value, label]) => ({ value, label }))}
      />
    </div>
  );
}
