"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { deleteVip, putVip } from "../../call-entry.schemas";
import { NumberListCard } from "./number-list-card";
import { vipsQuery } from "./queue-queries";
import { useNumberList } from "./use-number-list";

/** Callers with a head start, by number. */
export function VipsCard() {
  const query = useQuery(vipsQuery);
  const vips = query.data?.vips;
  const changes = useNumberList(vipsQuery.queryKey, "The VIP list was not changed", {
    put: ({ number, words }) => api(putVip, { params: { number }, body: { label: words } }),
    remove: (number) => api(deleteVip, { params: { number } }),
  });
  return (
    <NumberListCard
      {...changes}
      id="vips-title"
      title="VIP list"
      meta={vips && vips.length > 0 ? `${vips.length}` : undefined}
      numbers={query.isError && !vips ? [] : vips?.map(({ number, label }) => ({ number, words: label }))}
      empty={query.isError ? inWords(query.error) : "Nobody is on it yet."}
      numberLabel="Number of a VIP"
      wordsLabel="Who it is"
      removeLabel={({ words }) => `Take ${words} off the VIP list`}
    />
  );
}
