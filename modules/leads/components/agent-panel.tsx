"use client";

import { useQuery } from "@tanstack/react-query";
import { Lock, Timer } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Avatar } from "@/components/ui/avatar";
import { StatusDot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CapacityBar } from "@/components/ui/meter";
import { ShortDateTime, TimeAgo } from "@/components/ui/time";
import { useIsStaff, useMe } from "@/lib/client/me";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { availabilityWords } from "@/modules/agents/components/presence-words";
import type { Lead } from "../schemas";
import { WhyDialog } from "./why-dialog";
import { WhyNotMeDialog } from "./why-not-me-dialog";

/** Who has a lead, why, and for how long: its agent with their load, its lock, and its return timer. */
export function AgentPanel({ lead, onAssign }: { lead: Lead; onAssign: (() => void) | undefined }) {
  if (lead.assigned_agent !== null) return <OwnedPanel lead={lead} agent={lead.assigned_agent} />;
  return <PoolPanel lead={lead} onAssign={onAssign} />;
}

function PoolPanel({ lead, onAssign }: { lead: Lead; onAssign: (() => void) | undefined }) {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  return (
    <section
      aria-label="Assigned agent"
      className="rounded-lg border border-dashed border-line-strong px-3 py-2.5 text-muted"
    >
      <div className="flex min-h-7 items-center justify-between gap-3">
        Nobody has this lead
        {onAssign && lead.locked === null && (
          <Button size="sm" onClick={onAssign}>
            Assign
          </Button>
        )}
        {me.agentId !== undefined && (
          <button
            type="button"
            onClick={() => setAsking(true)}
            className="rounded-sm text-xs text-accent-text hover:underline pointer-coarse:py-1.5 print:hidden"
          >
            Why not me?
          </button>
        )}
      </div>
      <LockLine lead={lead} />
      {asking && <WhyNotMeDialog lead={lead} onClose={() => setAsking(false)} />}
    </section>
  );
}

function OwnedPanel({ lead, agent }: { lead: Lead; agent: string }) {
  const [asking, setAsking] = useState(false);
  const agents = useQuery({ ...agentsQuery, enabled: useIsStaff() });
  const known = agents.data?.agents.find(({ agent_id }) => agent_id === agent);
  const name = lead.assigned_agent_name ?? agent;
  return (
    <section aria-label="Assigned agent" className="rounded-lg border border-line bg-sunken px-3 py-2.5 dark:bg-raised">
      <div className="flex items-center gap-2.5">
        <Avatar name={name} />
        <div className="min-w-0 flex-1">
          <div className="truncate font-medium">{name}</div>
          <div className="truncate text-xs text-muted">
            {lead.assigned_at && (
              <>
                assigned <TimeAgo at={lead.assigned_at} />
              </>
            )}
          </div>
        </div>
        <div className="flex shrink-0 flex-col items-end gap-0.5">
          {known && (
            <StatusDot tone={availabilityWords[known.status].tone} className="text-xs text-muted">
              {availabilityWords[known.status].label}
            </StatusDot>
          )}
          <button
            type="button"
            onClick={() => setAsking(true)}
            className="rounded-sm text-xs text-accent-text hover:underline pointer-coarse:py-1.5 print:hidden"
          >
            Why this agent?
          </button>
        </div>
      </div>
      {known?.capacity && (
        <CapacityBar
          current={known.capacity.current}
          max={known.capacity.max}
          label={`Open leads of ${name}`}
          className="mt-2.5"
        />
      )}
      <LockLine lead={lead} />
      {lead.return_due_at !== null && (
        <PanelLine icon={<Timer />}>
          Goes back to the pool on <ShortDateTime at={lead.return_due_at} className="whitespace-nowrap" /> unless worked
          on
        </PanelLine>
      )}
      {asking && <WhyDialog lead={lead} onClose={() => setAsking(false)} />}
    </section>
  );
}

function LockLine({ lead: { locked } }: { lead: Lead }) {
  if (locked === null) return null;
  return (
    <PanelLine icon={<Lock />}>
      <span className="text-text">Locked</span> by {locked.by_name}{" "}
      <TimeAgo at={locked.at} className="whitespace-nowrap" />: <span className="text-text">{locked.reason}</span>
    </PanelLine>
  );
}

function PanelLine({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="mt-2.5 flex gap-2 border-t border-line pt-2 text-xs text-muted [&>svg]:mt-px [&>svg]:size-3.5 [&>svg]:shrink-0">
      {icon}
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
