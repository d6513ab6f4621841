import { createDb } from "@/lib/db/client";
import type { LeadPage } from "@/modules/leads/services/lead-list.service";
import { withConnection } from "../postgres/database";
import { scaleDatabase } from "../scale-data/scale-database";
import { atMost, plain, type Bench, type Figure } from "./figure";
import { managerOverHttp, type ManagerOverHttp } from "./manager-over-http";
import { percentile } from "./percentiles";
import { type RawPage, rawPage } from "./raw-search";
import { type MixedSearch, mixedSearches } from "./search-mix";
import { webOver } from "./web-server";
import type pg from "pg";

const LEADS = 1_000_000;
const PAGE = 50;
/** The way to a deep page: so many pages of 500, further along the widest search. */
const STRIDE = 500;
const STRIDES = 10;
const LONG_WAY = 200;
const PATH = "/api/leads/advanced-search";
const MOST_MS = 150;
const MOST_RATIO = 1.3;
const EXACT = 10_000;

export const search: Bench = {
  name: "search",
  about:
    "POST /api/leads/advanced-search over a million leads and ten million activities (`--leads` changes that), one " +
    "request after another, pages of 50: four sets of three conditions, from a fifth of all leads to one in ten thousand, with eight " +
    "texts, from one in most leads to one in none, in five orders; the first page with its total, and a page some " +
    "thousand leads further. Raw SQL asks for the same rows and, on first pages, for the same bounded total, each " +
    "right after the other.",
  async run({ leads = LEADS }): Promise<Figure[]> {
    const database = await scaleDatabase({ leads, log: (line) => console.log(line) });
    try {
      const web = await webOver(database.databaseUrl);
      const db = createDb(database.databaseUrl, 2);
      try {
        const http = await managerOverHttp(db, web.address, web.authSecret);
        return await withConnection(database.databaseUrl, (client) => measured(http, client));
      } finally {
        await db.$disconnect();
        await web.stop();
      }
    } finally {
      await database.stop();
    }
  },
};

interface Pair {
  name: string;
  http: number;
  raw: number;
}

async function measured(http: ManagerOverHttp, client: pg.Client): Promise<Figure[]> {
  const mix = mixedSearches();
  const first: Pair[] = [];
  const deep: Pair[] = [];
  let wrong = 0;
  // The first round warms both up and is not measured.
  for (const round of [0, 1]) {
    for (const [at, one] of mix.entries()) {
      const page = await firstPage(http, client, one);
      const further = page.next === null ? undefined : await deepPage(http, client, one, at === 0 ? LONG_WAY : STRIDES);
      if (round === 0) continue;
      first.push(page.pair);
      if (further) deep.push(further.pair);
      wrong += Number(!page.right) + Number(further?.right === false);
    }
  }
  const slowest = (pairs: readonly Pair[]): string =>
    pairs
      .toSorted((one, other) => other.http - one.http)
      .slice(0, 3)
      .map(({ name, http: ms }) => `${name}: ${Math.round(ms)}`)
      .join("; ");
  return [
    ...figures("first page", first, slowest(first)),
    ...figures("deep page", deep, slowest(deep)),
    atMost("pages or totals that differ from raw SQL's", wrong, "pages", 0, `${first.length + deep.length} compared`),
  ];
}

function figures(what: string, pairs: readonly Pair[], slowest: string): Figure[] {
  const http = pairs.map((pair) => pair.http);
  const raw = pairs.map((pair) => pair.raw);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [
    plain(`${what}, p50`, percentile(http, 0.5), "ms", `raw SQL ${percentile(raw, 0.5).toFixed(1)} ms`),
    atMost(`${what}, p95`, percentile(http, 0.95), "ms", MOST_MS, `slowest in ms: ${slowest}`),
    atMost(
      `${what}, p95 / raw SQL's p95`,
      percentile(http, 0.95) / percentile(raw, 0.95),
      "times",
      MOST_RATIO,
      `raw SQL p95 ${percentile(raw, 0.95).toFixed(1)} ms`,
    ),
    plain(`${what}, all together / raw SQL`, sum(http) / sum(raw), "times", `${pairs.length} searches`),
  ];
}

async function asked(http: ManagerOverHttp, body: object): Promise<{ page: LeadPage; ms: number }> {
  const startedAt = performance.now();
  const { status, body: page } = await http.post<LeadPage>(PATH, body);
  if (status !== 200) throw new Error(`a search answered ${status} ${JSON.stringify(page)}`);
  return { page, ms: performance.now() - startedAt };
}

async function firstPage(http: ManagerOverHttp, client: pg.Client, { name, body, raw }: MixedSearch) {
  const { page, ms } = await asked(http, { ...body, limit: PAGE });
  const plainly = await rawPage(client, raw, PAGE);
  return { pair: { name, http: ms, raw: plainly.ms }, right: isRight(page, plainly), next: page.next_cursor };
}

function isRight(page: LeadPage, raw: RawPage): boolean {
  const sameRows = page.leads.map(({ lead_id }) => lead_id).join() === raw.ids.join();
  if (raw.total === undefined) return sameRows;
  if (page.total_is_estimate) return sameRows && raw.total > EXACT;
  return sameRows && page.total === raw.total;
}

/** The page after some long ones; undefined when the search has no such page. */
async function deepPage(http: ManagerOverHttp, client: pg.Client, { name, body, raw }: MixedSearch, strides: number) {
  let cursor: string | undefined;
  let place: Awaited<ReturnType<typeof rawPage>>["last"];
  for (let stride = 0; stride < strides; stride += 1) {
    const { page } = await asked(http, { ...body, limit: STRIDE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
    place = await placeOf(client, raw, page.leads.at(-1)?.lead_id ?? "");
  }
  if (cursor === undefined || !place) return undefined;
  const { page, ms } = await asked(http, { ...body, limit: PAGE, cursor });
  const plainly = await rawPage(client, raw, PAGE, place);
  return { pair: { name, http: ms, raw: plainly.ms }, right: isRight(page, plainly) };
}

async function placeOf(client: pg.Client, { keys }: MixedSearch["raw"], id: string) {
  const { rows } = await client.query<{ values: (string | null)[] }>(
    `SELECT ARRAY[${keys.map(([column]) => `${column}::text`).join(", ")}] AS values FROM leads l WHERE l.id = $1`,
    [id],
  );
  return { values: rows[0]?.values ?? [], id };
}
