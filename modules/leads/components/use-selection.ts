"use client";

import { useCallback, useMemo, useState } from "react";
import type { Lead } from "../schemas";

export interface Selection {
  /** Those chosen one by one; empty when all that match are. */
  leads: ReadonlyMap<string, Lead>;
  /** Everything that the list's search finds: a search, not ids. */
  all: boolean;
  setAll: () => void;
  has: (leadId: string) => boolean;
  /** Turns one row over; with `range`, everything loaded from the last one turned over to it. */
  toggle: (rowAt: (index: number) => Lead | undefined, index: number, range: boolean) => void;
  set: (leads: readonly Lead[]) => void;
  clear: () => void;
}

/** Which rows are selected. They stay so while the list changes under them, and are dropped with the filters. */
export function useSelection(): Selection {
  const [leads, setLeads] = useState<ReadonlyMap<string, Lead>>(new Map());
  const [anchor, setAnchor] = useState<number>();
  const [all, setAllOn] = useState(false);

  const toggle = useCallback(
    (rowAt: (index: number) => Lead | undefined, index: number, range: boolean) => {
      const row = rowAt(index);
      if (!row) return;
      const from = range && anchor !== undefined ? anchor : index;
      const affected: Lead[] = [];
      for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
        const lead = rowAt(at);
        if (lead) affected.push(lead);
      }
      setAllOn(false);
      setLeads((now) => {
        const next = new Map(now);
        const add = range || !now.has(row.lead_id);
        for (const lead of affected) {
          if (add) next.set(lead.lead_id, lead);
          else next.delete(lead.lead_id);
        }
        return next;
      });
      setAnchor(index);
    },
    [anchor],
  );
  const set = useCallback((chosen: readonly Lead[]) => {
    setAllOn(false);
    setLeads(new Map(chosen.map((lead) => [lead.lead_id, lead])));
  }, []);
  const setAll = useCallback(() => {
    setAllOn(true);
    setLeads(new Map());
  }, []);
  const clear = useCallback(() => {
    setAllOn(false);
    setLeads((now) => (now.size === 0 ? now : new Map()));
  }, []);
  return useMemo(
    () => ({ leads, all, setAll, has: (leadId) => all || leads.has(leadId), toggle, set, clear }),
    [leads, all, setAll, toggle, set, clear],
  );
}
