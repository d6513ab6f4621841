"use client";

import { useState, type DragEvent } from "react";
import type { ListedAgent } from "./agent-queries";

const TYPE = "application/x-evenhand-agent";

/** Whether an agent can be given leads now. */
export const takesLeads = ({ status, capacity }: ListedAgent): boolean =>
  status === "active" && (capacity?.available_slots ?? 0) > 0;

export interface AgentDrag {
  /** Of the row whose leads are being dragged. */
  grip: (agent: ListedAgent) => { draggable: true; onDragStart: (event: DragEvent) => void; onDragEnd: () => void };
  /** Of a row that leads may be dropped on. */
  target: (agent: ListedAgent) => {
    onDragOver: (event: DragEvent) => void;
    onDragLeave: () => void;
    onDrop: (event: DragEvent) => void;
  };
  /** How a row looks while something is dragged. */
  stateOf: (agent: ListedAgent) => "source" | "over" | "open" | "shut" | undefined;
}

/** Leads of one agent dragged onto another's row; the keyboard does the same from the grip, in a dialog. */
export function useAgentDrag(onMove: (from: ListedAgent, to: ListedAgent) => void): AgentDrag {
  const [from, setFrom] = useState<ListedAgent>();
  const [over, setOver] = useState<string>();
  const end = () => {
    setFrom(undefined);
    setOver(undefined);
  };
  const isOpen = (agent: ListedAgent): boolean =>
    from !== undefined && agent.agent_id !== from.agent_id && takesLeads(agent);
  return {
    grip: (agent) => ({
      draggable: true,
      onDragStart: (event) => {
        event.dataTransfer.setData(TYPE, agent.agent_id);
        event.dataTransfer.effectAllowed = "move";
        setFrom(agent);
      },
      onDragEnd: end,
    }),
    target: (agent) => ({
      onDragOver: (event) => {
        if (!isOpen(agent)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "move";
        setOver(agent.agent_id);
      },
      onDragLeave: () => setOver((now) => (now === agent.agent_id ? undefined : now)),
      onDrop: (event) => {
        if (!from || !isOpen(agent)) return;
        event.preventDefault();
        end();
        onMove(from, agent);
      },
    }),
    stateOf: (agent) => {
      if (!from) return undefined;
      if (agent.agent_id === from.agent_id) return "source";
      if (!isOpen(agent)) return "shut";
      return over === agent.agent_id ? "over" : "open";
    },
  };
}
