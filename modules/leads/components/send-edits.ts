"use client";

import { apiAnswer } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { bulkEdit } from "../edits.schemas";
import { bulkAssign } from "../bulk.schemas";
import { patchLead } from "../schemas";
import type { Batch, Cell, Outcome } from "./edit-journal";
import type { EditableField } from "./cell-values";
import { failureWords } from "./lead-words";

const TIMEOUT_MS = 120_000;

export interface Sent {
  /** Absent where no plan stands behind it. */
  planId: string | undefined;
  outcomes: ReadonlyMap<string, Outcome>;
}

/**
 * Sends a batch and answers what became of each lead. Throws ProblemError when all of it was refused, or when nothing is
 * known of it: then the same batch may be sent again.
 */
export function sendEdits(batch: Batch, isStaff: boolean): Promise<Sent> {
  if (!isStaff) return sendOneByOne(batch);
  return batch.agent === null ? sendCells(batch) : sendAssignment(batch, batch.agent);
}

type Set = Record<string, unknown>;

const setOf = (cells: Batch["rows"][string]["cells"]): Set =>
  Object.fromEntries((Object.entries(cells) as [EditableField, Cell][]).map(([field, { after }]) => [field, after]));

async function sendCells({ key, rows }: Batch): Promise<Sent> {
  const edits = Object.entries(rows).map(([lead_id, { version, cells }]) => ({ lead_id, version, set: setOf(cells) }));
  const { body, headers } = await apiAnswer(bulkEdit, { body: { edits }, timeoutMs: TIMEOUT_MS, idempotencyKey: key });
  const outcomes = new Map(
    ("results" in body ? body.results : []).map(({ lead_id, status, error }): [string, Outcome] => [
      lead_id,
      status === "failed" ? failed(error ?? "interrupted") : { written: status === "updated" },
    ]),
  );
  return { planId: headers.get("bulk-plan-id") ?? undefined, outcomes };
}

async function sendAssignment({ key, rows }: Batch, agent: string): Promise<Sent> {
  const lead_ids = Object.keys(rows);
  const { body, headers } = await apiAnswer(bulkAssign, {
    body: { lead_ids, assignment_strategy: "manual", agents: [agent] },
    timeoutMs: TIMEOUT_MS,
    idempotencyKey: key,
  });
  const outcomes = new Map<string, Outcome>();
  if ("assignments" in body) {
    for (const { lead_id, status } of body.assignments) outcomes.set(lead_id, { written: status !== "unchanged" });
    for (const { lead_id, code } of body.failures) outcomes.set(lead_id, failed(code));
  }
  return { planId: headers.get("bulk-plan-id") ?? undefined, outcomes };
}

/** As agents change their own leads, who do nothing in bulk. */
async function sendOneByOne({ key, rows }: Batch): Promise<Sent> {
  const outcomes = new Map<string, Outcome>();
  for (const [leadId, { version, cells }] of Object.entries(rows)) {
    try {
      await apiAnswer(patchLead, {
        params: { leadId },
        body: { ...setOf(cells), version },
        idempotencyKey: `${key}.${leadId}`,
      });
      outcomes.set(leadId, { written: true });
    } catch (error) {
      if (!(error instanceof ProblemError) || isUnknown(error)) throw error;
      outcomes.set(
        leadId,
        error.code === "version_conflict"
          ? failed("changed_since")
          : { written: false, failure: { tone: "refused", words: inWords(error) } },
      );
    }
  }
  return { planId: undefined, outcomes };
}

/** Whether nothing is known of what became of a request, or somebody must sign in before it can be sent. */
export const isUnknown = ({ status }: ProblemError): boolean =>
  status === 0 || status === 401 || status === 429 || status >= 500;

function failed(code: string): Outcome {
  const tone = code === "changed_since" ? "conflict" : "refused";
  return { written: false, failure: { tone, words: failureWords(code) } };
}
