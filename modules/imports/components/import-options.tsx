"use client";

import { getCountries } from "libphonenumber-js";
import { useId, useMemo } from "react";
import { cn } from "@/components/cn";
import { Card, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { TagsEditor } from "@/modules/leads/components/tags-editor";
import { AssignmentChoice } from "./assignment-choice";
import type { ImportOptions } from "./import-queries";
import { dedupeWords, keyWords } from "./import-words";

type Dedupe = ImportOptions["dedupe"];
type Key = ImportOptions["match"][number];
const MODES = Object.keys(dedupeWords) as Dedupe[];
const KEYS = Object.keys(keyWords) as Key[];

export interface ImportOptionsProps {
  options: ImportOptions;
  onChange: (options: ImportOptions) => void;
}

/** What is done with rows whose lead is there already, and what new leads get. */
export function ImportOptionsCard({ options, onChange }: ImportOptionsProps) {
  const set = (change: Partial<ImportOptions>) => onChange({ ...options, ...change });
  const name = useId();
  return (
    <Card aria-labelledby={`${name}-title`}>
      <CardHeader id={`${name}-title`} title="Leads" />
      <div className="grid gap-x-8 gap-y-5 p-4 md:grid-cols-2">
        <fieldset className="min-w-0">
          <legend className="pb-1.5 text-sm font-medium">Leads that are there already</legend>
          <div className="flex flex-col gap-2">
            {MODES.map((mode) => (
              <label
                key={mode}
                className={cn(
                  "flex cursor-pointer items-start gap-2.5 rounded-lg border border-line-strong px-3 py-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent",
                  options.dedupe === mode && "border-accent bg-accent-subtle hover:bg-accent-subtle",
                )}
              >
                <input
                  type="radio"
                  name={name}
                  checked={options.dedupe === mode}
                  onChange={() => set({ dedupe: mode })}
                  className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
                />
                <span className="min-w-0">
                  <span className="block text-sm font-medium">{dedupeWords[mode].label}</span>
                  <span className={cn("block text-xs", options.dedupe === mode ? "text-accent-text" : "text-muted")}>
                    {dedupeWords[mode].hint}
                  </span>
                </span>
              </label>
            ))}
          </div>
          <MatchKeys match={options.match} onChange={(match) => set({ match })} />
        </fieldset>
        <div className="flex min-w-0 flex-col gap-4">
          <Country value={options.country} onChange={(country) => set({ country })} />
          <Field label="Source of new leads" hint="Where the row names none.">
            {(control) => (
              <Input
                {...control}
                value={options.source}
                maxLength={80}
                onChange={(event) => set({ source: event.target.value })}
              />
            )}
          </Field>
          <div className="flex flex-col gap-1">
            <p className="text-sm font-medium">
              Tags for all <span className="ml-1 font-normal text-muted">optional</span>
            </p>
            <TagsEditor tags={options.tags} editable onSave={(tags) => set({ tags })} />
          </div>
          <AssignmentChoice value={options.assignment} onChange={(assignment) => set({ assignment })} />
        </div>
      </div>
    </Card>
  );
}

function MatchKeys({ match, onChange }: { match: Key[]; onChange: (match: Key[]) => void }) {
  const id = useId();
  return (
    <fieldset className="mt-5">
      <legend className="text-sm font-medium">Recognised by</legend>
      <div className="flex flex-wrap gap-x-5">
        {KEYS.map((key) => (
          <div key={key} className="flex min-h-7 items-center gap-2">
            <Checkbox
              id={`${id}-${key}`}
              checked={match.includes(key)}
              disabled={match.length === 1 && match[0] === key}
              onCheckedChange={(on) =>
                onChange(KEYS.filter((one) => (one === key ? on === true : match.includes(one))))
              }
            />
            <label htmlFor={`${id}-${key}`} className="text-sm">
              {keyWords[key]}
            </label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

type CountryCode = ImportOptions["country"];

function Country({ value, onChange }: { value: CountryCode; onChange: (country: CountryCode) => void }) {
  const options = useMemo(() => {
    const names = new Intl.DisplayNames("en", { type: "region" });
    return getCountries()
      .map((code) => ({ value: code, label: names.of(code) ?? code }))
      .toSorted((one, other) => one.label.localeCompare(other.label));
  }, []);
  return (
    <Field label="Country of numbers without a country code">
      {(control) => <Select {...control} value={value} onChange={onChange} options={options} />}
    </Field>
  );
}
