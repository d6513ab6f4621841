import { clock } from "../clock";
import { DEFAULT_QUEUE_SIZE, MOST_QUEUE_SIZE, type CallQueue, type QueueMember } from "../engine/call-queue";
import type { Carrier } from "../engine/carrier";
import { httpMethod } from "../engine/documents";
import { rfc2822 } from "../engine/rfc2822";
import { field, numberField, urlField } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

const MOST_NAME = 64;

function queueResource(carrier: Carrier, queue: CallQueue): Record<string, unknown> {
  const account = carrier.account.accountSid;
  return {
    account_sid: account,
    average_wait_time: queue.averageWaitSeconds(),
    current_size: queue.members.length,
    date_created: rfc2822(queue.createdAt),
    date_updated: rfc2822(queue.updatedAt),
    friendly_name: queue.friendlyName,
    max_size: queue.maxSize,
    sid: queue.sid,
    uri: `/2010-04-01/Accounts/${account}/Queues/${queue.sid}.json`,
  };
}

function memberResource(
  carrier: Carrier,
  queue: CallQueue,
  member: QueueMember,
  position: number,
): Record<string, unknown> {
  return {
    call_sid: member.call.sid,
    date_enqueued: rfc2822(member.enqueuedAt),
    position,
    queue_sid: queue.sid,
    uri: `/2010-04-01/Accounts/${carrier.account.accountSid}/Queues/${queue.sid}/Members/${member.call.sid}.json`,
    wait_time: member.waitSeconds(),
  };
}

/** @throws RestError 20404 */
function findQueue(request: RestRequest): CallQueue {
  const sid = pathId(request, 0);
  const queue = request.carrier.queues.findBySid(sid);
  if (!queue) throw notFound(`/2010-04-01/Accounts/${request.carrier.account.accountSid}/Queues/${sid}.json`);
  return queue;
}

/** The member named by CallSid, or the first in line for "Front". @throws RestError 20404 */
function findMember(request: RestRequest, queue: CallQueue): QueueMember {
  const id = pathId(request, 1);
  const member = id === "Front" ? queue.front() : queue.find(id);
  if (!member) throw notFound(request.path);
  return member;
}

function nameField(form: URLSearchParams): string | undefined {
  const name = field(form, "FriendlyName");
  if (name !== undefined && name.length > MOST_NAME)
    throw new RestError(400, 22_001, `FriendlyName is longer than ${MOST_NAME} characters`);
  return name;
}

export const listQueues: RestHandler = (request) =>
  listAnswer(request, "queues", request.carrier.queues.list(), (queue) => queueResource(request.carrier, queue));

export const createQueue: RestHandler = (request) => {
  const name = nameField(request.form);
  if (name === undefined) throw new RestError(400, 20_001, "Missing required parameter FriendlyName in the post body");
  if (request.carrier.queues.findByName(name))
    throw new RestError(400, 22_003, `A queue named "${name}" exists already`);
  const size = numberField(request.form, "MaxSize", 1, MOST_QUEUE_SIZE) ?? DEFAULT_QUEUE_SIZE;
  return { status: 201, body: queueResource(request.carrier, request.carrier.queues.create(name, size)) };
};

export const fetchQueue: RestHandler = (request) => ({
  status: 200,
  body: queueResource(request.carrier, findQueue(request)),
});

export const updateQueue: RestHandler = (request) => {
  const queue = findQueue(request);
  const name = nameField(request.form);
  const size = numberField(request.form, "MaxSize", 1, MOST_QUEUE_SIZE);
  if (name !== undefined) {
    const namesake = request.carrier.queues.findByName(name);
    if (namesake && namesake !== queue) throw new RestError(400, 22_003, `A queue named "${name}" exists already`);
    queue.friendlyName = name;
  }
  if (size !== undefined) queue.maxSize = size;
  queue.updatedAt = clock.date();
  return { status: 200, body: queueResource(request.carrier, queue) };
};

export const deleteQueue: RestHandler = (request) => {
  const queue = findQueue(request);
  if (queue.members.length > 0) throw new RestError(400, 22_002, "The queue is not empty");
  request.carrier.queues.remove(queue);
  return { status: 204 };
};

export const listMembers: RestHandler = (request) => {
  const queue = findQueue(request);
  return listAnswer(request, "queue_members", queue.members, (member) =>
    memberResource(request.carrier, queue, member, queue.position(member)),
  );
};

export const fetchMember: RestHandler = (request) => {
  const queue = findQueue(request);
  const member = findMember(request, queue);
  return { status: 200, body: memberResource(request.carrier, queue, member, queue.position(member)) };
};

/** Takes a caller out of the queue and has the call run another document. */
export const updateMember: RestHandler = (request) => {
  const queue = findQueue(request);
  const member = findMember(request, queue);
  const url = urlField(request.form, "Url", 21_205);
  if (url === undefined) throw new RestError(400, 21_205, "Url parameter is required.");
  const body = memberResource(request.carrier, queue, member, queue.position(member));
  queue.remove(member);
  member.release({ kind: "redirected" });
  member.call.moveTo({
    kind: "fetch",
    url,
    method: httpMethod(field(request.form, "Method")),
    params: { QueueSid: queue.sid, QueueTime: String(member.waitSeconds()) },
  });
  return { status: 200, body };
};
