"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CloudOff } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { CapacityBar } from "@/components/ui/meter";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { isFocusFree } from "@/lib/client/focus";
import { inWords } from "@/lib/client/problem";
import { useShortcuts } from "@/lib/client/shortcuts";
import { useFailure } from "@/lib/client/use-failure";
import { useCallOut } from "@/modules/twilio-voice/components/use-call-out";
import { urgencies, type Urgency } from "../domain/urgency";
import { myWork, type WorkItem } from "../my-work.schemas";
import { dispositionsQuery } from "./lead-queries";
import { sentence } from "./lead-words";
import { leadInWork } from "./list-place";
import { isInCallbacks, MyCallbacks } from "./my-callbacks";
import { WorkItemRow } from "./work-item-row";

const POLL_MS = 15_000;

const GROUPS: Readonly<Record<Urgency, string>> = {
  returns_soon: "Goes back to the pool soon",
  follow_up_overdue: "Follow-up overdue",
  follow_up_today: "Follow up today",
  urgent: "Urgent",
  not_begun: "Not begun",
  high: "High priority",
  open: "Going on",
};

/** What an agent does next: own leads by urgency with their timers, callbacks, and a call at one key. */
export function MyWorkScreen() {
  const router = useRouter();
  const work = useQuery({
    queryKey: ["lead", "my-work"],
    queryFn: ({ signal }) => api(myWork, { signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(work);
  const leads = work.data?.leads ?? [];
  const [chosen, setChosen] = useState<string>();
  const [links] = useState(() => new Map<string, HTMLAnchorElement>());
  const { call, busy, closed } = useCallOut();
  // From a lead one comes back to its row.
  const left = useRef(useSearchParams().get("lead"));
  useEffect(() => {
    if (left.current === null || !work.isSuccess) return;
    if (isFocusFree()) links.get(left.current)?.focus();
    left.current = null;
  }, [work.isSuccess, links]);
  const at = Math.max(
    0,
    leads.findIndex(({ lead_id }) => lead_id === chosen),
  );
  const current = leads[at];
  const go = (by: number) => {
    const next = leads[chosen === undefined && by > 0 ? 0 : Math.min(leads.length - 1, Math.max(0, at + by))];
    if (!next) return;
    setChosen(next.lead_id);
    links.get(next.lead_id)?.focus();
  };
  const callLead = (lead: WorkItem | undefined) => lead && void call({ leadId: lead.lead_id, number: lead.phone });
  useShortcuts({
    j: () => go(1),
    ArrowDown: () => go(1),
    k: () => go(-1),
    ArrowUp: () => go(-1),
    c: ({ target }) => !isInCallbacks(target) && callLead(current),
    o: ({ target }) => !isInCallbacks(target) && current && router.push(leadInWork(current.lead_id)),
  });
  const capacity = work.data?.capacity;
  return (
    <>
      <PageHeader
        title="My work"
        actions={
          capacity && (
            <CapacityBar
              current={capacity.current}
              max={capacity.max}
              label="My open leads"
              className="w-40 max-sm:w-32"
            />
          )
        }
      />
      <div className="grid items-start gap-4 p-4 pb-24 md:px-6 xl:grid-cols-[minmax(0,1fr)_21rem]">
        {closed && (
          <Banner tone="caution" className="xl:col-span-2">
            It is outside opening hours. Call again to call all the same.
          </Banner>
        )}
        <div className="min-w-0 empty:hidden xl:order-2">
          <MyCallbacks />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {work.isPending && failure === undefined && <LoadingWork />}
          {failure !== undefined && (
            <EmptyState
              failing
              icon={<CloudOff />}
              title="Your leads could not be read"
              actions={<Button onClick={() => void work.refetch()}>Try again</Button>}
            >
              {inWords(failure)}
            </EmptyState>
          )}
          {work.isSuccess && leads.length === 0 && (
            <Card>
              <EmptyState
                icon={<CircleCheck />}
                title="Nothing is open"
                actions={
                  <Button asChild>
                    <Link href="/leads?agent=none">Leads of the pool</Link>
                  </Button>
                }
              >
                Leads you are given appear here by themselves, and calls ring wherever you are.
              </EmptyState>
            </Card>
          )}
          {urgencies.map((urgency) => (
            <WorkGroup
              key={urgency}
              urgency={urgency}
              leads={leads.filter((lead) => lead.urgency === urgency)}
              current={chosen}
              busy={busy}
              onChoose={setChosen}
              onCall={callLead}
              links={links}
            />
          ))}
          {work.data && work.data.total > leads.length && (
            <Button asChild className="self-center">
              <Link href="/leads?agent=me">All {work.data.total} of my leads</Link>
            </Button>
          )}
        </div>
      </div>
    </>
  );
}

interface WorkGroupProps {
  urgency: Urgency;
  leads: readonly WorkItem[];
  current: string | undefined;
  busy: boolean;
  onChoose: (leadId: string) => void;
  onCall: (lead: WorkItem) => void;
  links: Map<string, HTMLAnchorElement>;
}

function WorkGroup({ urgency, leads, current, busy, onChoose, onCall, links }: WorkGroupProps) {
  const dispositions = useQuery(dispositionsQuery);
  const labelOf = (code: string) => dispositions.data?.find((each) => each.code === code)?.label ?? sentence(code);
  if (leads.length === 0) return null;
  const id = `work-${urgency}`;
  return (
    <Card aria-labelledby={id}>
      <CardHeader id={id} title={GROUPS[urgency]} meta={leads.length} />
      <ul aria-labelledby={id} className="divide-y divide-line">
        {leads.map((lead) => (
          <WorkItemRow
            key={lead.lead_id}
            lead={lead}
            dispositionLabel={labelOf(lead.disposition)}
            current={lead.lead_id === current}
            busy={busy}
            onFocus={() => onChoose(lead.lead_id)}
            onCall={() => onCall(lead)}
            linkRef={(element) => {
              if (element) links.set(lead.lead_id, element);
              else links.delete(lead.lead_id);
            }}
          />
        ))}
      </ul>
    </Card>
  );
}

function LoadingWork() {
  return (
    <Card>
      <div role="status" aria-label="Loading your leads" className="divide-y divide-line">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className="flex h-14 items-center gap-8 px-4">
            <Skeleton className="w-40" />
            <Skeleton className="ml-auto w-20" />
          </div>
        ))}
      </div>
    </Card>
  );
}
