import { setImmediate } from "node:timers/promises";
import PDFDocument from "pdfkit";
import type { ExportCell, LeadSummary } from "@/modules/leads/domain/lead-export";
import { columnFacts, type ExportColumn } from "@/modules/leads/export.schemas";
import { LETTERS_MARK } from "../domain/report-letters";
import type { FileOrder } from "../services/export-files";
import { BOLD, Lettering, REGULAR } from "./report-lettering";

type Doc = InstanceType<typeof PDFDocument>;

const INK = "#16181d";
const MUTED = "#5f6673";
const LINE = "#d9dce2";
const BAR = "#4f5bd5";
/** Bars of what is not one person or one disposition. */
const QUIET_BAR = "#b9bec9";
const SHADE = "#f5f6f8";

/** Points. A4 lying down. */
const MARGIN = 40;
const ROW = 17;
const HEAD = 20;
const FOOT = 24;
/** Bars of a chart; what is beyond is told together. */
const MOST_BARS = 9;
/** What a report shows unless columns were chosen: what fits on a page. */
const SHOWN: readonly ExportColumn[] = [
  "name",
  "phone",
  "email",
  "disposition",
  "priority",
  "assigned_agent_name",
  "source",
  "created_at",
];
const MOST_COLUMNS = 9;
/** Rows drawn before others get their turn. */
const TURN = 10;

/** A report to hand out: what and when, totals, charts of disposition and agent, and a table over as many pages as it takes. */
export async function* pdfReport(order: FileOrder): AsyncIterable<Uint8Array> {
  const { row, snapshot, words } = order;
  const doc = new PDFDocument({
    size: "A4",
    layout: "landscape",
    margin: 0,
    // A typeface named here would be read again at each use of it by its registered name.
    font: "",
    info: { Title: "Leads", Author: row.createdByLabel, Subject: words, CreationDate: snapshot.takenAt },
  });
  doc.registerFont("regular", REGULAR).registerFont("bold", BOLD);
  const summary = await snapshot.summary();
  // The document is drawn while its bytes are taken away: neither waits for the whole of the other.
  const drawn = draw(doc, order, summary).then(
    () => doc.end(),
    (error: unknown) => void doc.destroy(error as Error),
  );
  yield* doc as unknown as AsyncIterable<Uint8Array>;
  await drawn;
}

async function draw(doc: Doc, order: FileOrder, summary: LeadSummary): Promise<void> {
  const lettering = new Lettering(doc, order.row.timeZone);
  const table = new Table(doc, order, lettering);
  await cover(doc, order, summary, lettering);
  footer(doc, order, 1, table.pages + 1);
  let drawn = 0;
  for await (const batch of order.snapshot.rows(table.columns, order.onRows)) {
    for (const row of batch) {
      await lettering.ready(row);
      table.row(row);
      drawn += 1;
      if (drawn % TURN === 0) await setImmediate();
    }
  }
  if (lettering.lacks) note(doc);
}

/** At the foot of the last page: what the mark stands for. */
function note(doc: Doc): void {
  doc.font("regular").fontSize(7.5).fillColor(MUTED);
  const text = `${LETTERS_MARK}: letters that this report cannot print. CSV and XLSX have them.`;
  doc.text(text, MARGIN, doc.page.height - MARGIN + 4, {
    width: doc.page.width - 2 * MARGIN,
    align: "center",
    lineBreak: false,
  });
}

/** The first page: everything that is told of all leads together. */
async function cover(
  doc: Doc,
  { row, snapshot, words }: FileOrder,
  { dispositions, agents, ...summary }: LeadSummary,
  lettering: Lettering,
): Promise<void> {
  const width = doc.page.width - 2 * MARGIN;
  const when = `As of ${moment(snapshot.takenAt.toISOString(), row.timeZone)} · prepared for ${row.createdByLabel}`;
  await lettering.ready([
    when,
    sentence(words),
    ...dispositions.map(({ label }) => label),
    ...agents.map(({ name }) => name),
  ]);
  doc.font("bold").fontSize(22).fillColor(INK).text("Leads", MARGIN, MARGIN);
  doc.fillColor(MUTED);
  lettering.write(when, { x: MARGIN, y: 70, width, size: 9 });
  doc.fillColor(INK);
  lettering.writeLines(sentence(words), { x: MARGIN, y: 88, width, size: 10 }, 2);
  tiles(doc, 128, width, [
    ["Leads", snapshot.total],
    ["Open", summary.open],
    ["Converted", summary.converted],
    ["Assigned", summary.assigned],
    ["Nobody's", snapshot.total - summary.assigned],
    ...summary.priorities
      .filter(({ label }) => label !== "normal")
      .map(({ label, leads }) => [sentence(label), leads] as const),
  ]);
  const half = (width - 32) / 2;
  const byDisposition = dispositions.map(({ label, leads }) => ({ name: label, leads }));
  bars(doc, lettering, { title: "By disposition", all: byDisposition, x: MARGIN, width: half });
  const byAgent = agents.map(({ name, leads }) => ({ name: name ?? "Nobody", leads, quiet: name === null }));
  bars(doc, lettering, { title: "By agent", all: byAgent, x: MARGIN + half + 32, width: half });
}

function tiles(doc: Doc, y: number, width: number, figures: readonly (readonly [string, number])[]): void {
  const gap = 10;
  const each = (width - gap * (figures.length - 1)) / figures.length;
  for (const [at, [label, value]] of figures.entries()) {
    const x = MARGIN + at * (each + gap);
    doc.roundedRect(x, y, each, 54, 6).fill(SHADE);
    doc
      .font("regular")
      .fontSize(8.5)
      .fillColor(MUTED)
      .text(label, x + 12, y + 10, { width: each - 24, lineBreak: false });
    doc.font("bold").fontSize(17).fillColor(INK);
    doc.text(value.toLocaleString("en"), x + 12, y + 24, { width: each - 16, lineBreak: false });
  }
}

interface Bar {
  name: string;
  leads: number;
  quiet?: boolean;
}

interface Chart {
  title: string;
  all: readonly Bar[];
  x: number;
  width: number;
}

function bars(doc: Doc, lettering: Lettering, { title, all, x, width }: Chart): void {
  const top = 212;
  doc.font("bold").fontSize(11).fillColor(INK).text(title, x, top);
  const shown = all.length > MOST_BARS + 1 ? all.slice(0, MOST_BARS) : all;
  const rest = all.slice(shown.length);
  const others = { name: `${rest.length} others`, leads: rest.reduce((sum, { leads }) => sum + leads, 0), quiet: true };
  const rows: readonly Bar[] = rest.length === 0 ? shown : [...shown, others];
  const most = Math.max(1, ...shown.map(({ leads }) => leads));
  const sum = Math.max(
    1,
    all.reduce((total, { leads }) => total + leads, 0),
  );
  const [label, figure] = [120, 92];
  const room = width - label - figure;
  for (const [at, { name, leads, quiet = false }] of rows.entries()) {
    const y = top + 26 + at * 26;
    doc.fillColor(INK);
    lettering.write(name, { x, y, width: label - 10, size: 9 });
    doc.roundedRect(x + label, y - 1, room, 12, 3).fill(SHADE);
    if (leads > 0)
      doc
        .roundedRect(x + label, y - 1, Math.min(room, Math.max(4, (room * leads) / most)), 12, 3)
        .fill(quiet ? QUIET_BAR : BAR);
    const share = `${((100 * leads) / sum).toFixed(1)} %`;
    doc
      .fillColor(INK)
      .text(leads.toLocaleString("en"), x + width - figure, y, { width: 44, align: "right", lineBreak: false });
    doc.fillColor(MUTED).text(share, x + width - 44, y, { width: 44, align: "right", lineBreak: false });
  }
}

/** The table behind the cover. Its rows are all of one height, so that its pages are known before it is drawn. */
class Table {
  readonly columns: readonly ExportColumn[];
  readonly pages: number;
  private readonly perPage: number;
  private readonly widths: number[];
  private at = 0;

  constructor(
    private readonly doc: Doc,
    private readonly order: FileOrder,
    private readonly lettering: Lettering,
  ) {
    const chosen = order.columns.length <= MOST_COLUMNS ? order.columns : SHOWN;
    this.columns = chosen;
    const inner = doc.page.height - 2 * MARGIN - HEAD - FOOT;
    this.perPage = Math.floor(inner / ROW);
    this.pages = Math.ceil(order.snapshot.total / this.perPage);
    const sum = chosen.reduce((total, column) => total + columnFacts[column].width, 0);
    const room = doc.page.width - 2 * MARGIN;
    this.widths = chosen.map((column) => (room * columnFacts[column].width) / sum);
  }

  row(cells: readonly ExportCell[]): void {
    const place = this.at % this.perPage;
    if (place === 0) this.page();
    this.at += 1;
    const y = MARGIN + HEAD + place * ROW;
    const { doc } = this;
    if (place % 2 === 1) doc.rect(MARGIN, y, doc.page.width - 2 * MARGIN, ROW).fill(SHADE);
    doc.fillColor(INK);
    let x = MARGIN;
    for (const [at, width] of this.widths.entries()) {
      this.lettering.write(this.shown(cells[at] ?? null, at), { x: x + 2, y: y + 4, width: width - 8, size: 8 });
      x += width;
    }
  }

  private page(): void {
    const { doc } = this;
    doc.addPage();
    doc.font("bold").fontSize(8).fillColor(MUTED);
    let x = MARGIN;
    for (const [at, width] of this.widths.entries()) {
      const label = columnFacts[this.columns[at] ?? "name"].label;
      doc.text(label, x + 2, MARGIN + 4, { width: width - 8, height: HEAD - 8, ellipsis: true });
      x += width;
    }
    const y = MARGIN + HEAD - 2;
    doc
      .moveTo(MARGIN, y)
      .lineTo(doc.page.width - MARGIN, y)
      .lineWidth(0.75)
      .strokeColor(LINE)
      .stroke();
    footer(doc, this.order, this.at / this.perPage + 2, this.pages + 1);
  }

  private shown(cell: ExportCell, at: number): string {
    if (cell === null) return "";
    const column = this.columns[at] ?? "name";
    return columnFacts[column].kind === "instant" ? moment(cell, this.order.row.timeZone) : cell;
  }
}

function footer(doc: Doc, { row, snapshot }: FileOrder, page: number, pages: number): void {
  const y = doc.page.height - MARGIN + 4;
  const width = doc.page.width - 2 * MARGIN;
  doc.font("regular").fontSize(7.5).fillColor(MUTED);
  doc.text(`Leads · ${moment(snapshot.takenAt.toISOString(), row.timeZone)} (${row.timeZone})`, MARGIN, y, {
    lineBreak: false,
  });
  doc.text(`${page} of ${pages}`, MARGIN, y, { width, align: "right", lineBreak: false });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** An instant by the reader's clock, to the minute. */
function moment(iso: string, timeZone: string): string {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
    clocks.set(timeZone, clock);
  }
  return clock.format(new Date(iso));
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
