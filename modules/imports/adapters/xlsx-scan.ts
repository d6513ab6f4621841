import { type SaxesTagPlain, SaxesParser } from "saxes";
import { FileRefused } from "../domain/file-refusal";
import { LIMITS } from "../domain/limits";
import type { TextPool } from "./text-pool";
import type { ZipParts } from "./zip-parts";

/** What cells of a sheet refer to. */
export interface SheetSource {
  texts: Pick<TextPool, "at">;
  /** Of each cell style, whether numbers in it are dates. */
  dates: readonly boolean[];
  /** Days are counted from 1904 instead of 1900. */
  from1904: boolean;
}

/** What is told of a part while it is parsed, by local names. */
export interface Listener {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(part: string): void;
  close(name: string): void;
}

/** Bytes of XML without a tag or a text between: saxes holds them. */
const MOST_HELD = 4 * 1_048_576;
/** Characters parsed before others get their turn. */
const TURN = 32_768;

/** Parses a part piece by piece; yields after each how far it is, so that what the listener has can be taken. */
export async function* parsed(parts: ZipParts, path: string, listener: Listener): AsyncGenerator<number> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let told = 0;
  let at = 0;
  const depth = new Depth();
  parser.on("opentag", (tag: SaxesTagPlain) => {
    told = at;
    depth.open();
    listener.open(localName(tag.name), tag.attributes);
  });
  parser.on("closetag", (tag: SaxesTagPlain) => {
    depth.close();
    listener.close(localName(tag.name));
  });
  parser.on("text", (part) => listener.text(part));
  parser.on("cdata", (part) => listener.text(part));
  // Entities that a document declares itself are not part of any workbook, and are how XML bombs are made.
  parser.on("doctype", () => {
    throw new FileRefused("file_damaged", "The workbook has a document type declaration, which no spreadsheet writes.");
  });
  const decoder = new TextDecoder("utf-8");
  try {
    for await (const chunk of parts.read(path)) {
      const text = decoder.decode(chunk, { stream: true });
      for (let from = 0; from < text.length; from += TURN) {
        parser.write(text.slice(from, from + TURN));
        at += TURN;
        if (at - told > MOST_HELD) {
          throw new FileRefused(
            "row_too_long",
            "The workbook has a cell that never ends. Save it again in Excel, and send that.",
          );
        }
        yield at;
      }
    }
    parser.close();
    yield at;
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused(
      "file_damaged",
      "The workbook's sheet is damaged. Open it in Excel, save it again, and send that.",
      {
        cause: error,
      },
    );
  }
}

/** Walks through a small part. */
export function scan(xml: string, open: (tag: { name: string; attributes: Record<string, string> }) => void): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const depth = new Depth();
  parser.on("opentag", (tag: SaxesTagPlain) => {
    depth.open();
    open({ name: tag.name, attributes: tag.attributes });
  });
  parser.on("closetag", () => depth.close());
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused("file_damaged", "The workbook is damaged. Open it in Excel, save it again, and send that.", {
      cause: error,
    });
  }
}

/** How many tags are open, each of which the parser holds. */
class Depth {
  private tags = 0;

  open(): void {
    this.tags += 1;
    if (this.tags > LIMITS.depth) {
      throw new FileRefused("file_damaged", "The workbook has tags within tags as no spreadsheet writes them.");
    }
  }

  close(): void {
    this.tags -= 1;
  }
}

export const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Characters that XML cannot have are written as _xHHHH_. */
export const unescaped = (value: string): string =>
  value.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
