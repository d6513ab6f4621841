import { leadSql } from "./leads";
import { quoted, type SeededSql } from "./seeded-sql";
import * as wording from "./wording";

/**
 * The statement that adds activity `place` (0 to 9) of every lead. Place after place, so that the activities of one
 * lead lie as far apart in the table as years of use would lay them.
 */
export function insertActivities(random: SeededSql, leads: number, place: number): string {
  const lead = leadSql(random, "i", leads);
  return `
    INSERT INTO lead_activities (id, lead_id, type, actor_id, actor_label, data, at)
    SELECT ${place}::bigint * ${leads} + i, ${lead.id}, r.type, NULL,
      CASE r.type WHEN 'created' THEN 'scale-manager@evenhand.test'
        ELSE 'scale-agent' || coalesce(${lead.agent}, 1) || '@evenhand.test' END,
      CASE r.type
        WHEN 'created' THEN jsonb_build_object('source', ${lead.source})
        WHEN 'assigned' THEN jsonb_build_object('agent', 'scale-agent' || coalesce(${lead.agent}, 1) || '@evenhand.test',
          'previous_agent', NULL, 'strategy', 'round_robin')
        WHEN 'note' THEN jsonb_build_object('text', ${note(random, place)})
        WHEN 'disposition' THEN jsonb_build_object('from', 'new', 'to', ${lead.disposition})
        WHEN 'call' THEN jsonb_build_object('direction', 'inbound', 'seconds', floor(${random.chance("i", 200 + place)} * 900))
        ELSE jsonb_build_object('changes', jsonb_build_object('priority', jsonb_build_object('from', 'normal', 'to', 'high')))
      END,
      ${lead.activityAt(String(place))}
    FROM (SELECT i, ${typeOf(random, place, lead.isNote(String(place)))} AS type
      FROM generate_series(1, ${leads}) i OFFSET 0) r
    ORDER BY i`;
}

function typeOf(random: SeededSql, place: number, isNote: string): string {
  if (place === 0) return quoted("created");
  const agent = leadSql(random, "i", 1).agent;
  if (place === 1) return `CASE WHEN (${agent}) IS NULL THEN 'updated' ELSE 'assigned' END`;
  const others = ["call", "updated", "disposition", "call", "assigned"] as const;
  return `CASE WHEN ${isNote} THEN 'note' ELSE ${quoted(others[place % others.length] ?? "call")} END`;
}

/** Two or three sentences; one in fifty names a reference that no other note has. */
function note(random: SeededSql, place: number): string {
  const salt = 300 + place * 10;
  const sentences = [wording.noteOpenings, wording.noteMiddles, wording.noteEnds].map((list, at) =>
    random.oneOf(list, "i", salt + at, 1.6),
  );
  const reference = `CASE WHEN ${random.chance("i", salt + 5)} < 0.02 THEN ' Reference PX-' || i || '-${place}.' ELSE '' END`;
  return `concat_ws(' ', ${sentences.join(", ")}) || ${reference}`;
}
