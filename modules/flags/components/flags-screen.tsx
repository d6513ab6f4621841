"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { usePollInterval } from "@/lib/client/live-state";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { experimentsQuery, flagsQuery } from "./flag-query";
import { FlagRow } from "./flag-row";
import { flagOrder } from "./flag-words";
import { RollbackCard } from "./rollback-card";

const POLL_MS = 10_000;
const EXPERIMENTS_MS = 30_000;

/** The flags with what each does and what decides it, and the emergency switch. Managers read, admins change. */
export function FlagsScreen() {
  const query = useQuery({ ...flagsQuery, refetchInterval: usePollInterval(POLL_MS) });
  const experiments = useQuery({ ...experimentsQuery, refetchInterval: usePollInterval(EXPERIMENTS_MS) }).data ?? [];
  const failure = useFailure(query);
  const mayChange = useMe().role === "admin";
  if (failure !== undefined) {
    return (
      <EmptyState
        failing
        icon={<CloudOff />}
        title="The features could not be read"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {inWords(failure)}
      </EmptyState>
    );
  }
  const flags = query.data?.flags;
  return (
    <div className="grid items-start gap-4 p-4 pb-20 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card aria-labelledby="flags-title" className="min-w-0 max-xl:order-2">
        <CardHeader id="flags-title" title="Features" meta="Calls under way keep what they began with" />
        {flags === undefined ? (
          <CardBody className="flex flex-col gap-5">
            {flagOrder.map((name) => (
              <Skeleton key={name} className="h-12 w-full" />
            ))}
          </CardBody>
        ) : (
          <ul className="divide-y divide-line">
            {flagOrder.map((name) => {
              const flag = flags.find((one) => one.name === name);
              const experiment = experiments.find((one) => one.name === name);
              return flag && <FlagRow key={name} flag={flag} experiment={experiment} mayChange={mayChange} />;
            })}
          </ul>
        )}
      </Card>
      <RollbackCard rollback={query.data?.rollback} mayChange={mayChange} />
    </div>
  );
}
