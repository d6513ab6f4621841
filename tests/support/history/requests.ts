import { CRON_SECRET } from "../house";
import type { Act, ActOf } from "./acts";
import type { Ask } from "./messages";
import { at, type World } from "./world";

/** The request that makes an act happen; undefined when there is nothing to ask (no plan was made yet). */
export function requestOf(world: World, act: Act): Ask | undefined {
  switch (act.kind) {
    case "returns":
      return { method: "GET", path: "/api/cron/lead-return", token: CRON_SECRET };
    case "drain":
      return { method: "GET", path: "/api/cron/bulk-plans", token: CRON_SECRET };
    case "later":
      return undefined;
    case "apply":
    case "cancel":
    case "undo":
      return planRequest(world, act);
    case "bulkUpdate":
    case "bulkAssign":
    case "planUpdate":
    case "planAssign":
      return bulkRequest(world, act);
    case "capacity":
    case "availability": {
      const path = `/api/agents/${at(world.agents, act.agent).email}/capacity`;
      const body =
        act.kind === "capacity" ? { max_capacity: act.max * world.unit } : { availability: act.availability };
      return { method: "PUT", path, body, token: world.token(act.by) };
    }
    default:
      return { ...leadRequest(world, act), token: world.token(act.by) };
  }
}

type OnOneLead = ActOf<
  "assign" | "reassign" | "patch" | "note" | "remove" | "restore" | "lock" | "unlock" | "merge" | "unmerge" | "team"
>;

function leadRequest(world: World, act: OnOneLead): Omit<Ask, "token"> {
  const path = `/api/leads/${at(world.leads, act.lead)}`;
  switch (act.kind) {
    case "assign":
      return {
        method: "POST",
        path: `${path}/assign`,
        body: {
          agent_email: at(world.agents, act.agent).email,
          ...(act.priority === undefined ? {} : { priority: act.priority }),
          ...(act.override ? { override_capacity: true, reason: "Wanted" } : {}),
        },
      };
    case "reassign":
      return {
        method: "PUT",
        path: `${path}/reassign`,
        body: {
          new_agent: at(world.agents, act.agent).email,
          reason: "Wanted",
          ...(act.notes === undefined ? {} : { notes: act.notes }),
        },
      };
    case "patch":
      return { method: "PATCH", path, body: act.change };
    case "team":
      return { method: "PATCH", path, body: { team: act.team === null ? null : at(world.teams, act.team).name } };
    case "note":
      return { method: "POST", path: `${path}/notes`, body: { text: "Said hello" } };
    case "remove":
      return { method: "DELETE", path };
    case "lock":
      return { method: "POST", path: `${path}/lock`, body: { reason: "Promised" } };
    case "unlock":
      return { method: "DELETE", path: `${path}/lock` };
    case "merge":
      return {
        method: "POST",
        path: `${path}/merge`,
        body: { other_lead_id: at(world.leads, act.other), keep: { assigned_agent: act.agentOf } },
      };
    case "restore":
    case "unmerge":
      return { method: "POST", path: `${path}/${act.kind}` };
  }
}

function bulkRequest(world: World, act: ActOf<"bulkUpdate" | "bulkAssign" | "planUpdate" | "planAssign">): Ask {
  const { ids } = act.selection;
  const selection =
    ids === "all"
      ? { search: { filter: { field: "name", op: "starts_with", value: world.mark } } }
      : { lead_ids: ids.map((index) => at(world.leads, index)) };
  const what =
    act.kind === "bulkUpdate" || act.kind === "planUpdate"
      ? { updates: act.updates, ...(act.notes === undefined ? {} : { notes: act.notes }) }
      : {
          assignment_strategy: act.strategy,
          agents: act.few.map((index) => at(world.agents, index).email),
          ...(act.priority === undefined ? {} : { priority: act.priority }),
        };
  const token = world.token(act.by);
  switch (act.kind) {
    case "bulkUpdate":
      return { method: "POST", path: "/api/leads/bulk-update", body: { ...selection, ...what }, token };
    case "bulkAssign":
      return { method: "POST", path: "/api/leads/bulk-assign", body: { ...selection, ...what }, token };
    default: {
      const plan = {
        kind: act.kind === "planUpdate" ? "update" : "assign",
        on_changed: act.refuse ? "refuse" : "skip",
      };
      return { method: "POST", path: "/api/bulk-plans", body: { ...plan, ...selection, ...what }, token };
    }
  }
}

function planRequest(world: World, act: ActOf<"apply" | "cancel" | "undo">): Ask | undefined {
  const id = world.plans.at(-1 - act.plan);
  if (id === undefined) return undefined;
  const body = act.kind === "undo" && act.preview ? { preview: true } : {};
  return { method: "POST", path: `/api/bulk-plans/${id}/${act.kind}`, body, token: world.token(act.by) };
}
