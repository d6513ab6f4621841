"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ChevronDown, ChevronUp, CloudOff, FileX } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { IconButton } from "@/components/ui/icon-button";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { usePollInterval } from "@/lib/client/live-state";
import { useIsStaff, useMe } from "@/lib/client/me";
import { inWords, ProblemError } from "@/lib/client/problem";
import { useShortcuts } from "@/lib/client/shortcuts";
import { CallbackButton } from "@/modules/call-queue/components/callback-button";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { CallButton } from "@/modules/twilio-voice/components/call-button";
import type { Lead } from "../schemas";
import { AssignDialog } from "./assign-dialog";
import { LeadFacts } from "./lead-facts";
import { LeadMenu } from "./lead-menu";
import { leadQuery } from "./lead-queries";
import { LeadTimeline } from "./lead-timeline";
import { stepInList, useListPlace } from "./list-place";
import { MergeDialog } from "./merge-dialog";

const POLL_MS = 10_000;

/** One lead: its facts, changed where they stand, and its timeline. */
export function LeadScreen({ leadId }: { leadId: string }) {
  const lead = useQuery({ ...leadQuery(leadId), refetchInterval: usePollInterval(POLL_MS) });
  const mergedInto = survivorOf(lead.error);
  if (mergedInto !== undefined) return <ToSurvivor leadId={mergedInto} />;
  if (lead.data) return <LoadedLead key={leadId} lead={lead.data} />;
  if (lead.isPending) return <LoadingLead />;
  const gone = lead.error instanceof ProblemError && (lead.error.status === 404 || lead.error.status === 400);
  return (
    <>
      <PageHeader title="Lead" leading={<Back />} />
      {gone ? (
        <EmptyState
          icon={<FileX />}
          title="This lead is not here"
          actions={
            <Button asChild>
              <Link href="/leads">All leads</Link>
            </Button>
          }
        >
          It may have been removed, or it is with somebody else.
        </EmptyState>
      ) : (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The lead could not be read"
          actions={<Button onClick={() => void lead.refetch()}>Try again</Button>}
        >
          {inWords(lead.error)}
        </EmptyState>
      )}
    </>
  );
}

/** The lead that this one became part of, when that is why it is not here. */
function survivorOf(error: unknown): string | undefined {
  if (!(error instanceof ProblemError) || error.code !== "lead_merged") return undefined;
  return typeof error.members.merged_into === "string" ? error.members.merged_into : undefined;
}

function ToSurvivor({ leadId }: { leadId: string }) {
  const router = useRouter();
  useEffect(() => router.replace(`/leads/${leadId}`), [router, leadId]);
  return <LoadingLead />;
}

function LoadedLead({ lead }: { lead: Lead }) {
  const me = useMe();
  const isStaff = useIsStaff();
  const router = useRouter();
  const note = useRef<HTMLTextAreaElement>(null);
  const [assigning, setAssigning] = useState(false);
  const [merging, setMerging] = useState(false);
  const { inList, known, back, previous, next } = useListPlace(lead.lead_id);
  const go = (to: { href: string } | undefined, by: 1 | -1) => {
    if (!to) return;
    stepInList(by);
    router.replace(to.href);
  };
  useShortcuts({
    j: () => go(next, 1),
    k: () => go(previous, -1),
    u: () => router.push(back.href),
    m: () => note.current?.focus(),
    ...(isStaff && lead.locked === null && { a: () => setAssigning(true) }),
  });
  return (
    <>
      <PageHeader
        title={lead.name}
        meta={<span className="max-sm:hidden">{formatPhone(lead.phone)}</span>}
        leading={<Back {...back} />}
        actions={
          <>
            {inList && (
              <span className={cn("flex print:hidden", isStaff && "max-sm:hidden")}>
                <IconButton
                  label={
                    previous ? `Previous lead: ${previous.name}` : known ? "No lead before this one" : "Previous lead"
                  }
                  keys={["K"]}
                  disabled={previous === undefined}
                  onClick={() => go(previous, -1)}
                >
                  <ChevronUp />
                </IconButton>
                <IconButton
                  label={next ? `Next lead: ${next.name}` : known ? "No lead after this one" : "Next lead"}
                  keys={["J"]}
                  disabled={next === undefined}
                  onClick={() => go(next, 1)}
                >
                  <ChevronDown />
                </IconButton>
              </span>
            )}
            <CallbackButton leadId={lead.lead_id} name={lead.name} />
            <CallButton leadId={lead.lead_id} number={lead.phone} name={lead.name} />
            {isStaff && (
              <>
                <LeadMenu lead={lead} onMerge={() => setMerging(true)} />
                <Button variant="primary" disabled={lead.locked !== null} onClick={() => setAssigning(true)}>
                  {lead.assigned_agent === null ? "Assign" : "Reassign"}
                </Button>
              </>
            )}
          </>
        }
      />
      <div className="flex flex-1 flex-col md:min-h-0 md:flex-row-reverse print:block">
        <aside
          aria-label="Facts"
          className="shrink-0 border-line max-md:border-b md:w-76 md:overflow-y-auto md:border-l md:bg-surface lg:w-84 print:w-auto print:overflow-visible print:border-0"
        >
          <LeadFacts
            lead={lead}
            editable={isStaff || lead.assigned_agent === me.email}
            onAssign={isStaff ? () => setAssigning(true) : undefined}
            onMerge={isStaff && lead.locked === null ? () => setMerging(true) : undefined}
          />
        </aside>
        <LeadTimeline leadId={lead.lead_id} noteRef={note} />
      </div>
      {assigning && <AssignDialog lead={lead} onClose={() => setAssigning(false)} />}
      {merging && <MergeDialog lead={lead} onClose={() => setMerging(false)} />}
    </>
  );
}

function Back({ href = "/leads", label = "Back to the list" }: { href?: string; label?: string }) {
  return (
    <Button asChild variant="ghost" className="-ml-2 w-8 px-0 text-muted print:hidden">
      <Link href={href} aria-label={label}>
        <ArrowLeft aria-hidden />
      </Link>
    </Button>
  );
}

function LoadingTitle() {
  return (
    <>
      <span className="sr-only">Loading the lead</span>
      <Skeleton className="w-40" />
    </>
  );
}

function LoadingLead() {
  return (
    <>
      <PageHeader title={<LoadingTitle />} leading={<Back />} />
      <div role="status" aria-label="Loading the lead" className="flex flex-1 flex-col md:flex-row-reverse">
        <div className="flex shrink-0 flex-col gap-5 border-line p-5 max-md:border-b md:w-76 md:border-l lg:w-84">
          {[0, 1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} className="w-48" />
          ))}
        </div>
        <div className="flex flex-1 flex-col gap-5 p-6">
          <Skeleton className="h-20 w-full max-w-2xl" />
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="w-72" />
          ))}
        </div>
      </div>
    </>
  );
}
