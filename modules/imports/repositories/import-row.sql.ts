import { Prisma } from "@/lib/db/generated/client";

const { sql } = Prisma;

/** What an ImportRow is made of; the imports are `i`. */
export const columns = sql`
  i.id::text AS "id", i.created_by::text AS "createdBy", i.created_by_label AS "createdByLabel",
  (SELECT u.name FROM users u WHERE u.id = i.created_by) AS "createdByName",
  i.request_id AS "requestId", i.state, i.file_name AS "fileName", i.file_key AS "fileKey", i.bytes, i.sha256, i.kind,
  i.encoding, i.delimiter, i.sheet, i.header, i.sample, i.remarks, i.mapping, i.mapping_from AS "mappingFrom",
  i.options, i.total, i.checked, i.would_create AS "wouldCreate", i.would_update AS "wouldUpdate",
  i.would_stay AS "wouldStay", i.would_skip AS "wouldSkip", i.would_fail AS "wouldFail", i.processed, i.created,
  i.updated, i.unchanged, i.skipped, i.failed, i.undo_total AS "undoTotal", i.undo_processed AS "undoProcessed",
  i.removed, i.set_back AS "setBack", i.left_alone AS "leftAlone", i.plan_id::text AS "planId",
  i.plan_error AS "planError", i.attempts, i.cancel_requested_at AS "cancelRequestedAt", i.created_at AS "createdAt",
  i.checked_at AS "checkedAt", i.run_by::text AS "runBy", i.run_by_label AS "runByLabel",
  (SELECT u.name FROM users u WHERE u.id = i.run_by) AS "runByName", i.run_at AS "runAt",
  i.finished_at AS "finishedAt", i.undone_by::text AS "undoneBy", i.undone_by_label AS "undoneByLabel",
  i.undone_at AS "undoneAt", i.expires_at AS "expiresAt", i.error_code AS "errorCode", i.error,
  i.locked_by AS "runner", i.locked_until AS "heldUntil",
  -- Not before a second: between two turns of its own it waits for nobody.
  CASE WHEN i.waiting_since < evenhand_now() - make_interval(secs => 1) THEN (SELECT count(*)::int FROM imports o
    WHERE o.state IN ('checking', 'running', 'undoing') AND o.id <> i.id
      AND (o.waiting_since IS NULL OR (o.waiting_since, o.id) < (i.waiting_since, i.id))) END AS "ahead"`;

/** It waits, from now on, for somebody to work on it. */
export const inLine = sql`waiting_since = evenhand_now()`;
/** Nobody works on it, and nothing of earlier attempts counts. */
export const unheld = sql`locked_by = NULL, locked_until = NULL, attempts = 0, cancel_requested_at = NULL`;
