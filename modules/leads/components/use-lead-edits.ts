"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import type { Marks } from "@/components/grid/grid-row";
import type { CellMark } from "@/components/grid/grid-types";
import { toastFailure } from "@/components/ui/toast";
import { useIsStaff, useMe } from "@/lib/client/me";
import type { ListedAgent } from "@/modules/agents/components/agent-queries";
import type { Lead } from "../schemas";
import type { EditableField } from "./cell-values";
import {
  type Batch,
  type Cells,
  forget,
  pendingCells,
  pendingCount,
  refuse,
  type Refusal,
  write,
  type Write,
} from "./edit-journal";
import { showLeads } from "./lead-queries";
import type { Sent } from "./send-edits";
import { useEditHistory } from "./use-edit-history";
import { useEditJournal } from "./use-edit-journal";

export interface RefusedCell {
  leadId: string;
  field: EditableField;
  refusal: Refusal;
}

export interface LeadEdits {
  /** A lead as it is with what was written into its cells. */
  shown: (lead: Lead) => Lead;
  /** How written cells stand, by lead. */
  marks: ReadonlyMap<string, Marks>;
  write: (writes: readonly Write[], refusals?: readonly RefusedCell[]) => void;
  /** Sends what waits at once. */
  flush: () => Promise<void>;
  pending: number;
  refused: readonly RefusedCell[];
  forget: () => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

/** The cells of leads as this person changes them: shown at once, saved together, taken back and done again. */
export function useLeadEdits(agents: readonly ListedAgent[]): LeadEdits {
  const queries = useQueryClient();
  const { userId } = useMe();
  const isStaff = useIsStaff();
  const history = useEditHistory();
  const { refresh } = history;
  const names = useMemo(() => new Map(agents.map(({ agent_id, name }) => [agent_id, name])), [agents]);

  const onSent = useCallback(
    (batch: Batch, { planId, outcomes }: Sent) => {
      const written = Object.entries(batch.rows).filter(([leadId]) => outcomes.get(leadId)?.written);
      const rows = new Map(written);
      showLeads(queries, (lead) => {
        const row = rows.get(lead.lead_id);
        return row ? { ...withCells(lead, row.cells, names), version: Math.max(lead.version, row.version + 1) } : lead;
      });
      if (planId !== undefined && written.length > 0) refresh();
      if (outcomes.size > written.length) void queries.invalidateQueries({ queryKey: ["lead"] });
    },
    [queries, names, refresh],
  );
  const onRefused = useCallback((_batch: Batch, words: string) => toastFailure("Not saved", words), []);
  const { journal, change, flush } = useEditJournal({ userId, isStaff }, { onSent, onRefused });

  const cache = useRef(new WeakMap<Lead, { cells: string; lead: Lead }>());
  const shown = useCallback(
    (lead: Lead): Lead => {
      const cells = pendingCells(journal, lead.lead_id);
      if (!cells) return lead;
      // The same object for the same cells: a row that did not change is not drawn again.
      const text = JSON.stringify(cells);
      const known = cache.current.get(lead);
      if (known?.cells === text) return known.lead;
      const changed = withCells(lead, cells, names);
      cache.current.set(lead, { cells: text, lead: changed });
      return changed;
    },
    [journal, names],
  );
  const marks = useMemo(() => allMarks(journal), [journal]);
  const refused = useMemo(
    () =>
      Object.entries(journal.refused).flatMap(([leadId, cells]) =>
        (Object.entries(cells) as [EditableField, Refusal][]).map(([field, refusal]) => ({ leadId, field, refusal })),
      ),
    [journal.refused],
  );
  const { undo, redo } = history;
  return {
    shown,
    marks,
    write: useCallback((writes, refusals = []) => change((now) => refuse(write(now, writes), refusals)), [change]),
    flush,
    pending: pendingCount(journal),
    refused,
    forget: useCallback(() => change(forget), [change]),
    undo: useCallback(() => void flush().then(undo), [flush, undo]),
    redo: useCallback(() => void flush().then(redo), [flush, redo]),
    canUndo: history.canUndo,
    canRedo: history.canRedo,
  };
}

function withCells(lead: Lead, cells: Cells, names: ReadonlyMap<string, string>): Lead {
  const set = Object.fromEntries(Object.entries(cells).map(([field, { after }]) => [field, after])) as Partial<Lead>;
  const agent = set.assigned_agent;
  return {
    ...lead,
    ...set,
    ...(agent === null && { assigned_agent_name: null, assigned_at: null }),
    ...(typeof agent === "string" && { assigned_agent_name: names.get(agent) ?? agent }),
  };
}

function allMarks(journal: Parameters<typeof pendingCells>[0]): Map<string, Marks> {
  const all = new Map<string, Map<string, CellMark>>();
  const mark = (leadId: string, field: string, value: CellMark) => {
    const row = all.get(leadId) ?? new Map<string, CellMark>();
    all.set(leadId, row.set(field, value));
  };
  for (const [leadId, cells] of Object.entries(journal.refused)) {
    for (const [field, { tone, words, wanted }] of Object.entries(cells)) {
      const text = Array.isArray(wanted) ? wanted.join(", ") : (wanted ?? "empty");
      mark(leadId, field, { tone, words: `Not saved: ${words.replace(/\.$/, "")}. Wanted: ${text}` });
    }
  }
  const ids = new Set([...Object.keys(journal.drafts), ...Object.keys(journal.sent?.rows ?? {})]);
  for (const leadId of ids) {
    for (const field of Object.keys(pendingCells(journal, leadId) ?? {})) {
      mark(leadId, field, { tone: "pending", words: "Being saved" });
    }
  }
  return all;
}
