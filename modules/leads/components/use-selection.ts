"use client";

import { useCallback, useState } from "react";
import type { Lead } from "../schemas";

export interface Selection {
  leads: ReadonlyMap<string, Lead>;
  has: (leadId: string) => boolean;
  /** Turns one row over; with `range`, everything from the last one turned over to it. */
  toggle: (rows: readonly Lead[], index: number, range: boolean) => void;
  set: (leads: readonly Lead[]) => void;
  clear: () => void;
}

/** Which rows are selected. They stay so while the list changes under them, and are dropped with the filters. */
export function useSelection(): Selection {
  const [leads, setLeads] = useState<ReadonlyMap<string, Lead>>(new Map());
  const [anchor, setAnchor] = useState<string>();

  const toggle = useCallback(
    (rows: readonly Lead[], index: number, range: boolean) => {
      const row = rows[index];
      if (!row) return;
      const from = range ? rows.findIndex((lead) => lead.lead_id === anchor) : -1;
      const affected = from === -1 ? [row] : rows.slice(Math.min(from, index), Math.max(from, index) + 1);
      setLeads((now) => {
        const next = new Map(now);
        const add = range || !now.has(row.lead_id);
        for (const lead of affected) {
          if (add) next.set(lead.lead_id, lead);
          else next.delete(lead.lead_id);
        }
        return next;
      });
      setAnchor(row.lead_id);
    },
    [anchor],
  );
  const set = useCallback(
    (chosen: readonly Lead[]) => setLeads(new Map(chosen.map((lead) => [lead.lead_id, lead]))),
    [],
  );
  const clear = useCallback(() => setLeads((now) => (now.size === 0 ? now : new Map())), []);
  return { leads, has: (leadId) => leads.has(leadId), toggle, set, clear };
}
