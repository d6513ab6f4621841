"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { BackgroundState } from "../schemas";
import { stateQuery } from "./background-queries";
import { DutiesCard } from "./duties-card";
import { JobsCard } from "./jobs-card";
import { QueuesCard, WorkersCard } from "./workers-card";

/** Everything that is done although nobody waits for it: jobs, who does them, and what is done again and again. */
export function BackgroundScreen() {
  const isAdmin = useMe().role === "admin";
  const { data: state, isError, error, refetch } = useQuery(stateQuery);
  return (
    <>
      <PageHeader
        title="Background work"
        meta={state && <DoneBy by={state.done_by} />}
        actions={
          isAdmin && (
            <Button asChild variant="ghost" size="sm">
              <Link href="/settings/notifications/deliveries">Messages sent</Link>
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-4 p-4 pb-24 md:px-6">
        {state?.done_by === "nobody" && (
          <Banner tone="danger">
            Nobody does the background work. Start a worker (npm run worker), or have the cron routes called every
            minute.
          </Banner>
        )}
        {isError && state === undefined && (
          <Banner
            tone="danger"
            action={
              <Button size="sm" onClick={() => void refetch()}>
                Try again
              </Button>
            }
          >
            {inWords(error)}
          </Banner>
        )}
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <JobsCard />
          <div className="flex min-w-0 flex-col gap-4">
            <WorkersCard state={state} />
            <QueuesCard state={state} />
          </div>
        </div>
        <DutiesCard state={state} />
      </div>
    </>
  );
}

const BY: Readonly<Record<BackgroundState["done_by"], string>> = {
  worker: "Done by a worker",
  cron: "No worker: cron routes do the work",
  nobody: "Nobody does it",
};

const DoneBy = ({ by }: { by: BackgroundState["done_by"] }) => <>{BY[by]}</>;
