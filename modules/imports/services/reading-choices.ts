import type { z } from "zod";
import type { Tx } from "@/lib/db/transaction";
import type { Principal } from "@/lib/principal";
import { guessMapping } from "../domain/header-guess";
import { DEFAULT_OPTIONS, type ImportOptions, type ImportRow } from "../domain/import";
import { fitMapping, headerSignature } from "../domain/import-fields";
import type { ImportMappingRepository } from "../repositories/import-mapping.repository";
import type { changeImport } from "../schemas";
import type { ImportUpload } from "./import-upload";

type ChangeRequest = z.output<NonNullable<(typeof changeImport)["body"]>>;

/** How a file is read: as this person had one with the same header read before, else as guessed, until it is chosen. */
export class ReadingChoices {
  constructor(
    private readonly mappings: ImportMappingRepository,
    private readonly upload: Pick<ImportUpload, "inspect">,
  ) {}

  /** The mapping and the options that a person begins with. */
  async first(principal: Principal, { header, sample }: Pick<ImportRow, "header" | "sample">) {
    const known = await this.mappings.find(principal.userId, headerSignature(header));
    if (!known) {
      return { mapping: guessMapping(header, sample), mappingFrom: "guessed" as const, options: DEFAULT_OPTIONS };
    }
    const options = { ...DEFAULT_OPTIONS, ...known.options };
    return { mapping: fitMapping(known.mapping, header), mappingFrom: "remembered" as const, options };
  }

  /** The file by another encoding or delimiter, if one is chosen: its columns may be others then. */
  async readAnew(principal: Principal, row: ImportRow, { encoding, delimiter }: ChangeRequest) {
    if (row.kind !== "csv" || (encoding === undefined && delimiter === undefined)) return row;
    const wanted = { ...(encoding && { encoding }), ...(delimiter && { delimiter }) };
    const { dialect, header, sample, remarks } = await this.upload.inspect(row.fileKey ?? "", wanted, row.fileName);
    const reading =
      header.length === row.header.length
        ? { mapping: row.mapping, mappingFrom: row.mappingFrom }
        : await this.first(principal, { header, sample });
    const { mapping, mappingFrom } = reading;
    const read = { encoding: dialect?.encoding ?? null, delimiter: dialect?.delimiter ?? null };
    return { ...row, ...read, header, sample, remarks, mapping, mappingFrom };
  }

  /** Has the next file with the same header begin with what was chosen for this one. */
  async remember(tx: Tx, principal: Principal, { header, mapping, options }: ImportRow): Promise<void> {
    await this.mappings.remember(tx, principal.userId, headerSignature(header), mapping, options);
  }
}

/** What was chosen before, but for what is chosen now. */
export function withOptions(before: ImportOptions, change: NonNullable<ChangeRequest["options"]>): ImportOptions {
  const { country, assignment, dedupe, match, source, tags } = change;
  return {
    dedupe: dedupe ?? before.dedupe,
    match: match ?? before.match,
    country: country ?? before.country,
    source: source ?? before.source,
    tags: tags ?? before.tags,
    assignment:
      assignment === undefined
        ? before.assignment
        : assignment && {
            strategy: assignment.strategy,
            agents: assignment.agents ?? null,
            team: assignment.team ?? null,
          },
  };
}
