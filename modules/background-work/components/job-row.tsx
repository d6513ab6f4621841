"use client";

import { ChevronDown, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { TimeAgo } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import type { JobView } from "../schemas";
import { stateWords, useJobActions } from "./background-queries";
import { JobFailures } from "./job-failures";

/** One job: what it does, how far it is, and what can be done about it. */
export function JobRow({ job }: { job: JobView }) {
  const { retry, cancel } = useJobActions();
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const figure = useNumberWords();
  const { label, tone } = stateWords[job.state];
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:flex-nowrap" data-testid="job">
      <span className="w-18 shrink-0 pt-px">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full max-sm:order-last sm:flex-1 sm:basis-0">
        <p className="text-sm font-medium break-words">
          {job.href === null ? job.title : <Link href={job.href}>{job.title}</Link>}
        </p>
        {job.reason !== null && <p className="pt-0.5 text-sm text-danger-text">{job.reason}</p>}
        {job.state === "running" && <Progress {...job.progress} />}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted tabular-nums">
          <span>{job.kind_label}</span>
          <span>
            asked for <TimeAgo at={job.created_at} />
          </span>
          {job.finished_at !== null && (
            <span>
              ended <TimeAgo at={job.finished_at} />
            </span>
          )}
          <span className="break-words">by {job.created_by_name}</span>
          {job.runner !== null && <span className="break-all">worked on by {job.runner}</span>}
        </p>
        {job.failures > 0 && (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={() => setOpen(!open)}
            className="-mx-1 mt-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 text-xs text-muted hover:text-text"
          >
            What went wrong{job.failures > 1 && `, ${figure(job.failures)} times`}
            <ChevronDown aria-hidden className={cn("size-3.5", open && "rotate-180")} />
          </button>
        )}
        {open && <JobFailures id={detailsId} job={job} />}
      </div>
      {job.may_retry && (
        <Button
          size="sm"
          className="ml-auto"
          busy={retry.isPending}
          aria-label={`Try again: ${job.title}`}
          onClick={() => retry.mutate(job)}
        >
          <RotateCcw aria-hidden /> Try again
        </Button>
      )}
      {(job.may_cancel || (job.cancel_requested && job.state === "running")) && (
        <Button
          variant="ghost"
          size="sm"
          className="ml-auto"
          busy={cancel.isPending || job.cancel_requested}
          aria-label={`Stop: ${job.title}`}
          onClick={() => cancel.mutate(job)}
        >
          Stop
        </Button>
      )}
    </li>
  );
}

function Progress({ processed, total }: JobView["progress"]) {
  const figure = useNumberWords();
  const text = total === null ? "It begins." : `${figure(processed)} of ${figure(total)}`;
  return (
    <div className="flex max-w-md items-center gap-3 pt-2">
      <Meter className="flex-1" value={processed} max={Math.max(total ?? 1, 1)} label="Progress" valueText={text} />
      <span className="text-xs text-muted tabular-nums">{text}</span>
    </div>
  );
}
