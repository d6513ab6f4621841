import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { currentPrincipal } from "../../current-principal";
import { readFilters, searchOf } from "@/modules/leads/components/lead-filters";
import { LeadsScreen } from "@/modules/leads/components/leads-screen";
import { WINDOW_ROWS, windowKey } from "@/modules/leads/components/lead-window";
import { container } from "@/modules/container";

export const metadata: Metadata = { title: "Leads" };

interface LeadsPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/**
 * The first rows are looked for while the page is on its way: they follow it in the same answer. The screen waits in no
 * boundary of its own: React would take it over later than the frame, when the frame has perhaps fetched what both show.
 */
export default async function LeadsPage({ searchParams }: LeadsPageProps) {
  const [principal, params] = await Promise.all([currentPrincipal(), searchParams]);
  if (!principal) return null; // The layout asks them to sign in.
  const given = Object.entries(params).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  const search = searchOf(readFilters(new URLSearchParams(given)), principal.email);
  const queries = new QueryClient();
  // A search that fails is asked for again by the screen, which says what is wrong.
  void queries.prefetchQuery({
    queryKey: windowKey(search, 0),
    queryFn: () => container().leadLists.search(principal, { ...search, limit: WINDOW_ROWS }),
  });
  return (
    <HydrationBoundary state={dehydrate(queries, { shouldDehydrateQuery: () => true })}>
      <LeadsScreen />
    </HydrationBoundary>
  );
}
