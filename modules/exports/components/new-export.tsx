"use client";

import { useQuery } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { useNumberWords } from "@/lib/client/locale";
import type { NumberWords } from "@/lib/number-words";
import { savedSearchesQuery, searchCountsQuery } from "@/modules/leads/components/saved-search-queries";
import { ExportDialog } from "./export-dialog";

const ALL = "all";

/** Begins an export from here: of all leads, or of what a saved search finds. */
export function NewExport() {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(ALL);
  const { data: searches = [] } = useQuery({ ...savedSearchesQuery, enabled: open });
  const search = searches.find(({ saved_search_id }) => saved_search_id === chosen);
  const { data: counts } = useQuery(searchCountsQuery(search ? [search] : []));
  const counted = counts?.get(chosen);
  const figure = useNumberWords();
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <FileDown aria-hidden /> New export
      </Button>
      {open && (
        <ExportDialog
          selection={search ? { saved_search_id: chosen } : { search: {} }}
          saying={search ? sayingOf(search.name, counted, figure) : "All leads that you may see, the newest first"}
          onClose={() => setOpen(false)}
        >
          <div>
            <span className="block pb-1.5 text-sm font-medium">Which leads</span>
            <Select
              label="Which leads"
              value={chosen}
              onChange={setChosen}
              options={[
                { value: ALL, label: "All leads" },
                ...searches.map(({ saved_search_id, name }) => ({ value: saved_search_id, label: name })),
              ]}
              className="w-full"
            />
          </div>
        </ExportDialog>
      )}
    </>
  );
}

function sayingOf(
  name: string,
  counted: { count: number | null; is_estimate: boolean } | undefined,
  figure: NumberWords,
): string {
  if (!counted || counted.count === null) return `What ${name} finds, in its order`;
  const about = counted.is_estimate ? "about " : "";
  return `What ${name} finds, in its order: ${about}${figure(counted.count)} leads`;
}
