import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
/** The carrier is a program of its own, and the browser's side only reads problems. */
const NOT_THE_API = /^(modules\/twilio-simulator|modules\/[^/]+\/components|lib\/client|lib\/db\/generated)\//;

/** Refusals whose code is not written where they are made, by file. A new one must say its codes here. */
const CHOSEN_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "modules/agents/services/capacity-manager.service.ts": ["agent_unavailable 409", "capacity_exceeded 409"],
  // What the reader of files refuses them for: RefusalCode.
  "modules/imports/services/import-upload.ts": [
    ...["file_empty 422", "not_a_spreadsheet 422", "old_excel 422", "password_protected 422", "file_damaged 422"],
    ...[
      "unpacks_too_large 422",
      "too_many_rows 422",
      "too_many_columns 422",
      "row_too_long 422",
      "quote_not_closed 422",
    ],
    "file_unavailable 422",
  ],
};

const MAKERS: Readonly<Record<string, string>> = { conflict: "409", unprocessable: "422" };

/** Every problem the product's code can answer, as "code status", and the places that do not say which they make. */
export function problemsInCode(): { problems: string[]; unsaid: string[] } {
  const problems = new Set<string>();
  const unsaid: string[] = [];
  for (const file of sources()) {
    const text = withoutComments(readFileSync(join(ROOT, file), "utf8"));
    const elsewhere = CHOSEN_ELSEWHERE[file];
    for (const problem of elsewhere ?? []) problems.add(problem);
    for (const found of problemsIn(text)) {
      if (found !== undefined) problems.add(found);
      else if (!elsewhere) unsaid.push(file);
    }
  }
  return { problems: [...problems].sort(), unsaid };
}

/** The problems one file's text makes; undefined for each whose code is chosen elsewhere. */
export function problemsIn(text: string): (string | undefined)[] {
  // A file may have a maker of its own, such as `const refusal = (code: string, ...) => new AppError(422, code, ...)`.
  const own = /(?:const|function) (\w+)(?: = )?\(\s*code: string[^]*?new AppError\(\s*(\d{3}),\s*code\b/g;
  const makers = {
    ...MAKERS,
    ...Object.fromEntries([...text.matchAll(own)].map(([, name, status]) => [name, status])),
  };
  const calls = /(?<!function )(?:new (AppError)\(\s*(\d{3}),|\b(\w+)\()\s*("([a-z_]+)"|[\w.]+)\s*,/g;
  return [...text.matchAll(calls)].flatMap(([, constructed, status, maker = "", argument, code]) => {
    if (constructed === undefined && !Object.hasOwn(makers, maker)) return [];
    if (argument === "code") return []; // The body of a maker.
    return [code === undefined ? undefined : `${code} ${status ?? makers[maker] ?? ""}`];
  });
}

/** The members of a union of texts, as written in a file: what a program may meet in a row's `code` or `error`. */
export function unionIn(file: string, name: string): string[] {
  const text = withoutComments(readFileSync(join(ROOT, file), "utf8"));
  const union = new RegExp(`export type ${name} =([^;]+);`).exec(text)?.[1];
  if (union === undefined) throw new Error(`${file} has no type ${name}`);
  return [...union.matchAll(/"([a-z_]+)"/g)].map((match) => match[1] ?? "").sort();
}

function sources(): string[] {
  return ["app", "modules", "lib"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((name) => /\.tsx?$/.test(name) && !NOT_THE_API.test(name)),
  );
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
