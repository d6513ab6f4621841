import type { LeadFilter } from "../../domain/lead-filter";

/** A group of conditions, as the builder shows the tree: "not" stands around a part, never around nothing. */
export type Joint = "and" | "or";

export interface Group {
  joint: Joint;
  parts: LeadFilter[];
}

/** Where a part stands: the index in each group from the top, and 0 for what stands in a "not". */
export type Path = readonly number[];

/** A tree's top as a group: a single condition is a group of one. */
export function groupOf(filter: LeadFilter | undefined): Group {
  if (!filter) return { joint: "and", parts: [] };
  if ("and" in filter) return { joint: "and", parts: filter.and };
  if ("or" in filter) return { joint: "or", parts: filter.or };
  return { joint: "and", parts: [filter] };
}

export const isGroup = (filter: LeadFilter): filter is { and: LeadFilter[] } | { or: LeadFilter[] } =>
  "and" in filter || "or" in filter;

export const filterOf = ({ joint, parts }: Group): LeadFilter => (joint === "and" ? { and: parts } : { or: parts });

/** The tree with the part at `path` made into something else; undefined takes it out, and groups it leaves empty. */
export function changed(
  filter: LeadFilter,
  path: Path,
  change: (part: LeadFilter) => LeadFilter | undefined,
): LeadFilter | undefined {
  const [index, ...rest] = path;
  if (index === undefined) return change(filter);
  if ("not" in filter) {
    const inside = changed(filter.not, rest, change);
    return inside && { not: inside };
  }
  const { joint, parts } = groupOf(filter);
  const next = parts.flatMap((part, at) => (at === index ? (changed(part, rest, change) ?? []) : [part]));
  return next.length === 0 ? undefined : filterOf({ joint, parts: next });
}

/** The tree with a part more in the group at `path`. */
export function added(filter: LeadFilter | undefined, path: Path, part: LeadFilter): LeadFilter {
  if (!filter) return { and: [part] };
  return (
    changed(filter, path, (group) => {
      const { joint, parts } = groupOf(group);
      return filterOf({ joint, parts: [...parts, part] });
    }) ?? { and: [part] }
  );
}

/** The tree with the group at `path` joined the other way. */
export function rejoined(filter: LeadFilter, path: Path, joint: Joint): LeadFilter {
  return changed(filter, path, (group) => filterOf({ joint, parts: groupOf(group).parts })) ?? filter;
}

/** Two filters that must both hold; conditions joined by "and" stay side by side. */
export function bothOf(one: LeadFilter | undefined, other: LeadFilter | undefined): LeadFilter | undefined {
  if (!one || !other) return one ?? other;
  const parts = [one, other].flatMap((each) => ("and" in each ? each.and : [each]));
  return { and: parts };
}
