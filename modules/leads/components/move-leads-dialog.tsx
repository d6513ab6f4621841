"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useNumberWords } from "@/lib/client/locale";
import { agentsQuery, type ListedAgent } from "@/modules/agents/components/agent-queries";
import { takesLeads } from "@/modules/agents/components/use-agent-drag";
import { leadCount } from "./lead-words";
import { LoadShift } from "./load-shift";
import type { PlanWish } from "./rebalance-wish";

export interface MoveLeadsDialogProps {
  from: ListedAgent;
  /** Whom they were dropped on. */
  to: ListedAgent | undefined;
  onClose: () => void;
  onPreview: (wish: PlanWish) => void;
}

/** How many leads go from one agent to another, and how full both are afterwards; then the preview of exactly which. */
export function MoveLeadsDialog({ from, to: droppedOn, onClose, onPreview }: MoveLeadsDialogProps) {
  const all = useQuery(agentsQuery).data?.agents ?? [];
  const takers = all
    .filter((agent) => agent.agent_id !== from.agent_id && takesLeads(agent))
    .toSorted((one, other) => roomOf(other) - roomOf(one));
  const [chosen, setChosen] = useState(droppedOn?.agent_id);
  const to = takers.find(({ agent_id }) => agent_id === chosen) ?? (chosen === undefined ? takers[0] : droppedOn);
  const most = to ? Math.min(from.capacity?.current ?? 0, roomOf(to)) : 0;
  const [text, setText] = useState<string>();
  const figure = useNumberWords();
  const leads = Number(text ?? (to ? fairShare(from, to) : 0));
  const wrong = wrongWith(leads, most, to);
  const preview = () => {
    if (!to || wrong !== undefined) return;
    onPreview({
      title: `Move ${leadCount(leads, figure)}`,
      saying: `From ${from.name} to ${to.name}`,
      request: { kind: "rebalance", moves: [{ from: from.agent_id, to: to.agent_id, leads }] },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Move leads of ${from.name}`}
      description="Leads nobody has begun to work on go first; locked ones stay. Nothing is moved before you have seen which."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={wrong !== undefined} onClick={preview}>
            Preview
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          preview();
        }}
      >
        <div className="grid grid-cols-[minmax(0,1fr)_7rem] gap-3">
          <Field label="To">
            {(control) => (
              <Select
                {...control}
                value={to?.agent_id}
                placeholder="Nobody has room"
                onChange={(agent) => {
                  setChosen(agent);
                  setText(undefined);
                }}
                options={takers.map((agent) => ({
                  value: agent.agent_id,
                  label: `${agent.name}, ${roomOf(agent)} free`,
                  text: agent.name,
                }))}
              />
            )}
          </Field>
          <Field label="Leads" error={text === undefined ? undefined : wrong}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                inputMode="numeric"
                value={text ?? String(leads)}
                onFocus={(event) => event.target.select()}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        </div>
        {to && (
          <div className="flex flex-col gap-2 rounded-lg border border-line px-3 py-2.5">
            <LoadShift agent={from} by={wrong === undefined ? -leads : 0} />
            <LoadShift agent={to} by={wrong === undefined ? leads : 0} />
          </div>
        )}
      </form>
    </Dialog>
  );
}

const roomOf = ({ capacity }: ListedAgent): number => capacity?.available_slots ?? 0;

function wrongWith(leads: number, most: number, to: ListedAgent | undefined): string | undefined {
  if (!to) return "Nobody else has room.";
  if (!Number.isInteger(leads) || leads < 1) return "A whole number from 1.";
  return leads > most ? `${to.name} can be given ${most}.` : undefined;
}

/** What leaves both equally full, but at least one. */
function fairShare(from: ListedAgent, to: ListedAgent): number {
  const [giver, taker] = [from.capacity, to.capacity];
  if (!giver || !taker) return 1;
  const total = giver.max + taker.max;
  const level = total === 0 ? 0 : (giver.current * taker.max - taker.current * giver.max) / total;
  return Math.max(1, Math.min(Math.floor(level), giver.current, roomOf(to)));
}
