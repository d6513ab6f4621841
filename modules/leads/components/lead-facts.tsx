"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Badge, StatusDot } from "@/components/ui/badge";
import { EditableText } from "@/components/ui/editable-text";
import { Select } from "@/components/ui/select";
import { DateTime, TimeAgo } from "@/components/ui/time";
import { useIsStaff } from "@/lib/client/me";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { Lead } from "../schemas";
import { AgentPanel } from "./agent-panel";
import { ConflictNotice } from "./conflict-notice";
import { DuplicatesHint } from "./duplicates-hint";
import { FollowUpFact } from "./follow-up";
import { dispositionsQuery } from "./lead-queries";
import { priorities, priorityWords, sentence } from "./lead-words";
import { TagsEditor } from "./tags-editor";
import type { LeadChange } from "./fact-steps";
import { usePatchLead } from "./use-patch-lead";

export interface LeadFactsProps {
  lead: Lead;
  /** Whether this person may change it; the server has the last word. */
  editable: boolean;
  onAssign: (() => void) | undefined;
  /** Opens the dialog in which it is merged with another lead; none for those who may not. */
  onMerge: (() => void) | undefined;
}

/** What is known of a lead, each fact changed where it stands. */
export function LeadFacts({ lead, editable, onAssign, onMerge }: LeadFactsProps) {
  const { patch, conflict, keepTheirs, saveMine } = usePatchLead(lead.lead_id);
  const isStaff = useIsStaff();
  const save = (change: LeadChange, saying: string) => patch(lead, change, saying);
  return (
    <div className="flex flex-col gap-4 p-4 md:p-5">
      <AgentPanel lead={lead} onAssign={onAssign} />
      {conflict && <ConflictNotice conflict={conflict} onTheirs={keepTheirs} onMine={saveMine} />}
      {onMerge && <DuplicatesHint leadId={lead.lead_id} onMerge={onMerge} />}
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] items-center gap-x-3 gap-y-1 [&>dt]:text-muted">
        <Fact label="Disposition">
          <DispositionFact lead={lead} editable={editable} onSave={save} />
        </Fact>
        <Fact label="Priority">
          {editable ? (
            <Select
              quiet
              label="Priority"
              className="-mx-2.5 w-[calc(100%+1.25rem)]"
              value={lead.priority}
              onChange={(priority) =>
                priority !== lead.priority && save({ priority }, `Priority: ${priorityWords[priority].label}`)
              }
              options={priorities.map((value) => ({
                value,
                text: priorityWords[value].label,
                label: <PriorityMark priority={value} />,
              }))}
            />
          ) : (
            <PriorityMark priority={lead.priority} />
          )}
        </Fact>
        <Fact label="Follow-up">
          <FollowUpFact
            date={lead.follow_up_on}
            editable={editable}
            onSave={(date) => save({ follow_up_on: date }, date === null ? "Follow-up taken away" : "Follow-up saved")}
          />
        </Fact>
        <Fact label="Tags" top>
          <TagsEditor tags={lead.tags} editable={editable} onSave={(tags) => save({ tags }, "Tags saved")} />
        </Fact>
      </dl>
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] items-center gap-x-3 gap-y-1 border-t border-line pt-3 [&>dt]:text-muted">
        <TextFact
          label="Name"
          value={lead.name}
          editable={editable}
          required
          onSave={(name) => save({ name }, "Name saved")}
        />
        <TextFact
          label="Phone"
          type="tel"
          value={lead.phone}
          display={formatPhone(lead.phone)}
          editable={editable}
          required
          onSave={(phone) => save({ phone }, "Phone saved")}
        />
        <TextFact
          label="E-mail"
          type="email"
          value={lead.email ?? ""}
          editable={editable}
          onSave={(email) => save({ email: email === "" ? null : email }, "E-mail saved")}
        />
        <TextFact
          label="Source"
          value={lead.source}
          display={sentence(lead.source)}
          editable={editable && isStaff}
          required
          onSave={(source) => save({ source }, "Source saved")}
        />
        {lead.team !== null && <Fact label="Team">{lead.team}</Fact>}
        <Fact label="Created">
          <DateTime at={lead.created_at} />
        </Fact>
        <Fact label="Last activity">{lead.last_activity ? <TimeAgo at={lead.last_activity} /> : "None yet"}</Fact>
      </dl>
    </div>
  );
}

interface DispositionFactProps {
  lead: Lead;
  editable: boolean;
  onSave: (change: LeadChange, saying: string) => void;
}

function DispositionFact({ lead, editable, onSave }: DispositionFactProps) {
  const dispositions = useQuery(dispositionsQuery);
  const known = dispositions.data ?? [];
  const labelOf = (code: string) => known.find((each) => each.code === code)?.label ?? sentence(code);
  if (!editable || known.length === 0) return <>{labelOf(lead.disposition)}</>;
  return (
    <Select
      quiet
      label="Disposition"
      className="-mx-2.5 w-[calc(100%+1.25rem)]"
      value={lead.disposition}
      onChange={(disposition) =>
        disposition !== lead.disposition && onSave({ disposition }, `Disposition: ${labelOf(disposition)}`)
      }
      options={known.map(({ code, label, is_open }) => ({
        value: code,
        text: label,
        label: <StatusDot tone={is_open ? "info" : "neutral"}>{label}</StatusDot>,
      }))}
    />
  );
}

function PriorityMark({ priority }: { priority: Lead["priority"] }) {
  const { label, tone } = priorityWords[priority];
  return priority === "normal" ? <>{label}</> : <Badge tone={tone}>{label}</Badge>;
}

function Fact({ label, top, children }: { label: string; top?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className={top ? "self-start pt-1" : ""}>{label}</dt>
      <dd className="flex min-h-8 min-w-0 items-center">
        <div className="w-full min-w-0">{children}</div>
      </dd>
    </>
  );
}

interface TextFactProps {
  label: string;
  value: string;
  display?: string;
  type?: "text" | "tel" | "email";
  editable: boolean;
  required?: boolean;
  onSave: (value: string) => void;
}

function TextFact({ label, value, display = value, type = "text", editable, required, onSave }: TextFactProps) {
  const check = (draft: string) => (required && draft === "" ? `${label} cannot be empty.` : undefined);
  return (
    <Fact label={label}>
      {editable ? (
        <EditableText label={label} value={value} display={display} type={type} check={check} onSave={onSave} />
      ) : (
        <span className="block truncate">{display || "—"}</span>
      )}
    </Fact>
  );
}
