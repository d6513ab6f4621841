import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ExitOccasion, QueueExit } from "../domain/queue-exits";
import type {
  QueueColumns,
  QueueSettingsRepository,
  QueueSettingsRow,
} from "../repositories/queue-settings.repository";
import type { changeQueue, createQueue, ExitSetting, QueueSettingsView } from "../queues.schemas";
import { queueFacts, queueView } from "./queue-settings-view";

type CreateRequest = z.output<NonNullable<(typeof createQueue)["body"]>>;
type ChangeRequest = z.output<NonNullable<(typeof changeQueue)["body"]>>;
/** What is changed, without what says how. */
type Changes = Omit<ChangeRequest, "version">;

export interface Calendars {
  /** Names of all calendars of business hours. */
  names(): Promise<string[]>;
}

export interface HouseNumbers {
  /** The numbers that calls out can show. */
  callerIds(): Promise<{ number: string }[]>;
}

/** Queues as managers set them up. */
export class QueueSettingsService {
  constructor(
    private readonly db: Db,
    private readonly queues: QueueSettingsRepository,
    private readonly directory: Pick<AgentDirectory, "find" | "findAll">,
    private readonly calendars: Calendars,
    private readonly numbers: HouseNumbers,
    private readonly dispatcher: { wake(): void },
  ) {}

  /** All queues by name (managers). */
  async list(principal: Principal): Promise<QueueSettingsView[]> {
    requireStaff(principal);
    return (await this.queues.list()).map(queueView);
  }

  /** One queue (managers). Throws 404. */
  async read(principal: Principal, queueId: string): Promise<QueueSettingsView> {
    requireStaff(principal);
    return queueView(await this.find(queueId));
  }

  /** Makes a queue (managers). Throws as change() does. */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<QueueSettingsView> {
    requireStaff(principal);
    const members = await this.membersOf(request);
    await this.refuseUnknownCalendar(request);
    await this.refuseUnknownNumber(request);
    const id = newId();
    const key = `${request.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 40)}-${id.slice(-8)}`;
    const view = await inTransaction(
      this.db,
      async (tx) => {
        await this.queues.insert(tx, { id, key, name: request.name });
        refuseDisorder(request, await this.find(id, tx));
        await this.queues.write(tx, id, columnsOf(request));
        await this.write(tx, id, request, members);
        const after = await this.find(id, tx);
        await this.record(tx, principal, requestId, { action: "queue.created", queueId: id, after: queueFacts(after) });
        return queueView(after);
      },
      { once: "create-queue" },
    );
    this.dispatcher.wake();
    return view;
  }

  /**
   * Changes a queue (managers); what it is already writes nothing. Throws 404 for an unknown queue or agent, 409
   * version_conflict, 422 unknown_calendar, unknown_caller_id, unknown_queue, weights_out_of_order.
   */
  async change(
    principal: Principal,
    queueId: string,
    { version, ...request }: ChangeRequest,
    requestId?: string,
  ): Promise<QueueSettingsView> {
    requireStaff(principal);
    const members = await this.membersOf(request);
    await this.refuseUnknownCalendar(request);
    await this.refuseUnknownNumber(request);
    const view = await inTransaction(
      this.db,
      async (tx) => {
        const { id } = await this.find(queueId, tx);
        await this.queues.lock(tx, id);
        const before = await this.find(id, tx);
        if (version !== undefined && version !== before.version) {
          const details = { current: queueView(before) };
          throw conflict("version_conflict", "Somebody else has changed this queue in the meantime.", details);
        }
        refuseDisorder(request, before);
        await this.queues.update(tx, id, columnsOf(request));
        await this.write(tx, id, request, members);
        const after = await this.find(id, tx);
        const [was, is] = [queueFacts(before), queueFacts(after)];
        await this.record(tx, principal, requestId, { action: "queue.changed", queueId: id, before: was, after: is });
        return queueView(after);
      },
      { once: "change-queue" },
    );
    this.dispatcher.wake();
    return view;
  }

  /** Closes a queue for good (managers). Throws 404; 409 queue_has_callers, queue_in_use, last_queue. */
  async archive(principal: Principal, queueId: string, requestId?: string): Promise<string> {
    requireStaff(principal);
    return inTransaction(
      this.db,
      async (tx) => {
        const { id } = await this.find(queueId, tx);
        // From here on nobody enters: a caller at the door waits for this lock and finds the queue archived.
        await this.queues.lock(tx, id);
        const before = await this.find(id, tx);
        const { callers, others, ...uses } = await this.queues.uses(tx, id);
        if (callers > 0) {
          throw conflict("queue_has_callers", `${callers} calls are in ${before.name}.`, { calls: callers });
        }
        if (uses.numbers.length + uses.menus.length + uses.queues.length > 0) {
          throw conflict("queue_in_use", `Numbers, menus or other queues lead to ${before.name}.`, { ...uses });
        }
        if (others === 0) throw conflict("last_queue", "There must be a queue for calls to go to.");
        await this.queues.archive(tx, id);
        await this.record(tx, principal, requestId, {
          action: "queue.archived",
          queueId: id,
          before: queueFacts(before),
        });
        return id;
      },
      { once: "archive-queue" },
    );
  }

  /** Says what an agent can do (managers). Throws 404 agent_not_found. */
  async changeSkills(
    principal: Principal,
    idOrEmail: string,
    skills: readonly string[],
    requestId?: string,
  ): Promise<{ agent: string; skills: string[] }> {
    requireStaff(principal);
    const agent = await inTransaction(
      this.db,
      async (tx) => {
        const found = await this.directory.find(idOrEmail, tx);
        const before = await this.queues.setSkills(tx, found.agentId, skills);
        if (before.join() === skills.join()) return { agent: found.email, skills: [...skills] };
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "agent.skills_changed",
            entityType: "agent",
            entityId: found.agentId,
            before: { skills: before },
            after: { skills: [...skills] },
          },
        ]);
        await publishLive(tx, [{ topic: "agent", audience: "staff", data: { agentId: found.agentId } }]);
        return { agent: found.email, skills: [...skills] };
      },
      { once: "change-skills" },
    );
    this.dispatcher.wake();
    return agent;
  }

  private async write(
    tx: Tx,
    queueId: string,
    { exits }: Changes,
    members: readonly { agentId: string; level: number }[] | undefined,
  ): Promise<void> {
    const given = Object.entries(exits ?? {}) as [ExitOccasion, ExitSetting | null][];
    const targets = given.flatMap(([, exit]) => (exit?.kind === "queue" ? [exit.queueId] : []));
    const known = await this.queues.known(tx, targets.filter(isId));
    const unknown = targets.find((target) => !known.has(target) || target === queueId);
    if (unknown !== undefined) {
      throw unprocessable("unknown_queue", "A way out leads to a queue that does not exist, or to the queue itself.", {
        queueId: unknown,
      });
    }
    for (const [occasion, exit] of given) await this.queues.setExit(tx, queueId, occasion, exit && exitRow(exit));
    if (members) await this.queues.setMembers(tx, queueId, members);
  }

  private async membersOf({ members }: Pick<Changes, "members">) {
    if (members === undefined) return undefined;
    const levels = new Map(members.map(({ agent, level }) => [agent, level]));
    const agents = await this.directory.findAll([...levels.keys()]);
    return agents.map(({ agentId, email }) => ({ agentId, level: levels.get(email) ?? 1 }));
  }

  private async refuseUnknownCalendar({ calendar }: Pick<Changes, "calendar">): Promise<void> {
    if (calendar === undefined || calendar === null) return;
    const known = await this.calendars.names();
    if (known.includes(calendar)) return;
    throw unprocessable("unknown_calendar", `There is no calendar ${calendar}.`, { known });
  }

  private async refuseUnknownNumber({ callerId }: Pick<Changes, "callerId">): Promise<void> {
    if (callerId === undefined || callerId === null) return;
    const known = (await this.numbers.callerIds()).map(({ number }) => number);
    if (known.includes(callerId)) return;
    throw unprocessable("unknown_caller_id", "This is not a number of the house.", { callerId, known });
  }

  private async find(queueId: string, tx?: Tx): Promise<QueueSettingsRow> {
    const queue = isId(queueId) ? await this.queues.find(queueId.toLowerCase(), tx) : null;
    if (!queue) throw notFound("This queue");
    return queue;
  }

  private async record(
    tx: Tx,
    principal: Principal,
    requestId: string | undefined,
    change: { action: string; queueId: string; before?: QueueFacts; after?: QueueFacts },
  ): Promise<void> {
    const { queueId, ...record } = change;
    await writeAudit(tx, { ...actorOf(principal), requestId }, [{ ...record, entityType: "queue", entityId: queueId }]);
    await publishLive(tx, [{ topic: "queue", audience: "everyone", data: { queueId } }]);
  }
}

type QueueFacts = ReturnType<typeof queueFacts>;

function refuseDisorder(request: Changes, before: QueueSettingsRow): void {
  const high = request.highWeightSeconds ?? before.highWeightSeconds;
  const urgent = request.urgentWeightSeconds ?? before.urgentWeightSeconds;
  if (urgent >= high) return;
  throw unprocessable("weights_out_of_order", "Urgent callers cannot have a shorter head start than high ones.", {
    high,
    urgent,
  });
}

/** The columns that a request changes; undefined ones are left alone. */
function columnsOf({ exits: _exits, members: _members, calendar, ...facts }: Changes): QueueColumns {
  const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { ...given, ...(calendar === undefined ? {} : { calendarName: calendar }) };
}

function exitRow(exit: ExitSetting): QueueExit {
  if (exit.kind === "queue") return { kind: exit.kind, message: "", number: null, targetQueueId: exit.queueId };
  const { kind, message } = exit;
  return { kind, message, number: exit.kind === "number" ? exit.number : null, targetQueueId: null };
}
