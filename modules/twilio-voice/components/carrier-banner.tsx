"use client";

import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Duration } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { readCarrier } from "../carrier.schemas";

const POLL_MS = 5_000;
const ALWAYS_MS = 15_000;

/** Says that the carrier does not answer, for as long as it does not; nothing else. */
export function CarrierBanner() {
  const poll = usePollInterval(POLL_MS);
  const { data } = useQuery({
    queryKey: ["carrier"],
    queryFn: ({ signal }) => api(readCarrier, { signal }),
    refetchInterval: poll === false ? ALWAYS_MS : poll,
  });
  if (!data || data.standing === "closed") return null;
  return (
    <Banner tone="danger" flush>
      The telephone carrier has not been answering
      {data.since !== null && (
        <>
          {" "}
          for <Duration since={data.since} />
        </>
      )}
      . Callers keep their places and are told; it goes on by itself.
    </Banner>
  );
}
