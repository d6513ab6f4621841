import { Prisma } from "@/lib/db/generated/client";
import type { PlanField } from "../domain/plan";

const { sql, join } = Prisma;

/*
 * The pieces of the one statement that writes a chunk, for the fields its plan may change. `h` is a row as it was held:
 * the lead's values before, its difference and its place. Only what the plan can contain is in the statement: SQL that
 * looks for every possible field in every row costs as much as the writing.
 */

/**
 * The lead of one row of a plan, removed ones apart. OFFSET 0 keeps it a look-up by key: how many leads an array names
 * is only guessed, and a guess that is too high has all leads read instead.
 */
export const leadOf = (id: Prisma.Sql): Prisma.Sql =>
  sql`(SELECT one.id, one.version, one.disposition, one.priority, one.tags, one.source, one.assigned_agent, one.team_id,
    one.locked_at, one.name, one.phone, one.email, one.follow_up_on FROM leads one WHERE one.id = ${id} AND one.deleted_at IS NULL OFFSET 0)`;

/** The values after, as columns of `held`: the difference's, or those the lead has. */
const afterColumns: Readonly<Record<PlanField, Prisma.Sql>> = {
  name: sql`coalesce(r.diff #>> '{name,1}', l.name) AS name_after`,
  phone: sql`coalesce(r.diff #>> '{phone,1}', l.phone) AS phone_after`,
  email: sql`CASE WHEN r.diff ? 'email' THEN r.diff #>> '{email,1}' ELSE l.email END AS email_after`,
  disposition: sql`coalesce(r.diff #>> '{disposition,1}', l.disposition) AS disposition_after`,
  priority: sql`coalesce((r.diff #>> '{priority,1}')::"Priority", l.priority) AS priority_after`,
  tags: sql`CASE WHEN r.diff ? 'tags' THEN ARRAY(SELECT jsonb_array_elements_text(r.diff #> '{tags,1}'))
    ELSE l.tags END AS tags_after`,
  source: sql`coalesce(r.diff #>> '{source,1}', l.source) AS source_after`,
  assigned_agent: sql`CASE WHEN r.diff ? 'assigned_agent' THEN (r.diff #>> '{assigned_agent,1}')::uuid
    ELSE l.assigned_agent END AS agent_after, r.diff ? 'assigned_agent' AS moves`,
  follow_up_on: sql`CASE WHEN r.diff ? 'follow_up_on' THEN (r.diff #>> '{follow_up_on,1}')::date
    ELSE l.follow_up_on END AS follow_up_after`,
};

/** What the update sets for each field. A disposition that closes and a lead that is nobody's have no return timer. */
export function assignmentsOf(fields: readonly PlanField[]): Prisma.Sql[] {
  const sets: Readonly<Record<PlanField, Prisma.Sql>> = {
    name: sql`name = h.name_after`,
    phone: sql`phone = h.phone_after`,
    email: sql`email = h.email_after`,
    disposition: sql`disposition = h.disposition_after`,
    priority: sql`priority = h.priority_after`,
    tags: sql`tags = h.tags_after`,
    source: sql`source = h.source_after`,
    follow_up_on: sql`follow_up_on = h.follow_up_after`,
    assigned_agent: sql`assigned_agent = h.agent_after,
      assigned_at = CASE WHEN NOT h.moves THEN l.assigned_at WHEN h.agent_after IS NOT NULL THEN clock.now END,
      touched_at = CASE WHEN NOT h.moves THEN l.touched_at END`,
  };
  const timer = returnDueAt(fields);
  return [...fields.map((field) => sets[field]), ...(timer ? [sql`return_due_at = ${timer}`] : [])];
}

function returnDueAt(fields: readonly PlanField[]): Prisma.Sql | undefined {
  const priority = fields.includes("priority") ? sql`h.priority_after` : sql`l.priority`;
  const parts: Prisma.Sql[] = [];
  if (fields.includes("disposition")) {
    parts.push(sql`WHEN (SELECT NOT d.is_open FROM dispositions d WHERE d.code = h.disposition_after) THEN NULL`);
  }
  if (fields.includes("assigned_agent")) {
    parts.push(sql`WHEN h.moves AND h.agent_after IS NULL THEN NULL
      WHEN h.moves THEN CASE ${priority} WHEN 'urgent' THEN due.urgent WHEN 'high' THEN due.high ELSE due.normal END`);
  }
  return parts.length === 0 ? undefined : sql`CASE ${join(parts, " ")} ELSE l.return_due_at END`;
}

/** Entries of the timeline as (place, rank, lead, type, data): a disposition by itself, other facts together, then notes. */
export function timelineOf(fields: readonly PlanField[], planId: string, notes: string | undefined): Prisma.Sql {
  const plan = sql`'plan_id', ${planId}::text`;
  const entries: Prisma.Sql[] = [];
  if (fields.includes("assigned_agent")) {
    entries.push(sql`SELECT h.place, 0, h.id, CASE WHEN h.agent_after IS NULL THEN 'unassigned'
        WHEN h.assigned_agent IS NULL THEN 'assigned' ELSE 'reassigned' END,
        jsonb_build_object('agent', n.email, 'agent_name', n.name, 'previous_agent', b.email,
          'previous_agent_name', b.name, 'strategy', p.strategy, ${plan})
      FROM held h CROSS JOIN plan p LEFT JOIN named n ON n.id = h.agent_after
        LEFT JOIN named b ON b.id = h.assigned_agent WHERE h.moves`);
  }
  if (fields.includes("disposition")) {
    entries.push(sql`SELECT h.place, 1, h.id, 'disposition',
        jsonb_build_object('from', h.disposition, 'to', h.disposition_after, ${plan})
      FROM held h WHERE h.disposition <> h.disposition_after`);
  }
  const facts = fields.filter((field) => field !== "disposition" && field !== "assigned_agent");
  if (facts.length > 0) {
    const changes = facts.map(
      (field) => sql`CASE WHEN h.diff ? ${field} THEN jsonb_build_object(${field}::text,
      jsonb_build_object('from', h.diff #> ARRAY[${field}::text, '0'], 'to', h.diff #> ARRAY[${field}::text, '1']))
      ELSE '{}' END`,
    );
    entries.push(sql`SELECT h.place, 2, h.id, 'updated', jsonb_build_object('changes', ${join(changes, " || ")}, ${plan})
      FROM held h WHERE h.diff ?| ${facts}::text[]`);
  }
  if (notes !== undefined) {
    entries.push(sql`SELECT h.place, 3, h.id, 'note', jsonb_build_object('text', ${notes}::text, ${plan}) FROM held h`);
  }
  return join(entries, " UNION ALL ");
}

/** The changed fields with their values before or after, as the audit log keeps them: agents by e-mail. */
export function auditSide(fields: readonly PlanField[], side: "before" | "after"): Prisma.Sql {
  const index = side === "before" ? "0" : "1";
  const parts = fields.map((field) =>
    field === "assigned_agent"
      ? sql`CASE WHEN h.moves THEN jsonb_build_object('assigned_agent', ${side === "before" ? sql`b.email` : sql`n.email`})
          ELSE '{}' END`
      : sql`CASE WHEN h.diff ? ${field} THEN jsonb_build_object(${field}::text, h.diff #> ARRAY[${field}::text, ${index}])
          ELSE '{}' END`,
  );
  return join(parts, " || ");
}

/** The lead's values before, as columns of `held`. */
export function heldColumns(fields: readonly PlanField[]): Prisma.Sql {
  return join(
    fields.flatMap((field) => [beforeColumn(field), afterColumns[field]]),
    ", ",
  );
}

function beforeColumn(field: PlanField): Prisma.Sql {
  switch (field) {
    case "name":
      return sql`l.name`;
    case "phone":
      return sql`l.phone`;
    case "email":
      return sql`l.email`;
    case "disposition":
      return sql`l.disposition`;
    case "priority":
      return sql`l.priority`;
    case "tags":
      return sql`l.tags`;
    case "source":
      return sql`l.source`;
    case "assigned_agent":
      return sql`l.assigned_agent`;
    case "follow_up_on":
      return sql`l.follow_up_on`;
  }
}
