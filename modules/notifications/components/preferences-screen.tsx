"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonList } from "@/components/ui/skeleton";
import { inWords } from "@/lib/client/problem";
import { PreferenceMatrix } from "./preference-matrix";
import { preferencesQuery } from "./preference-queries";
import { ReachCard } from "./reach-card";

/** How a person is told: of what, on which channel, and when not. */
export function PreferencesScreen() {
  const query = useQuery(preferencesQuery);
  if (query.isError && query.data === undefined) {
    return (
      <EmptyState
        failing
        icon={<CloudOff />}
        title="The settings could not be read"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {inWords(query.error)}
      </EmptyState>
    );
  }
  return (
    <div className="grid items-start gap-4 p-4 pb-24 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card aria-labelledby="told-title" className="min-w-0">
        <CardHeader id="told-title" title="What you are told" meta="Kept as you press" />
        {query.data ? <PreferenceMatrix preferences={query.data} /> : <SkeletonList />}
      </Card>
      {query.data && <ReachCard preferences={query.data} />}
    </div>
  );
}
