import { deserialize, serialize } from "node:v8";
import { type KeyedRequest, keyedRequest } from "./request-steps";
import type { Db } from "./client";
import type { Prisma } from "./generated/client";

type Tx = Prisma.TransactionClient;

/** Names of steps that this carrying out of a request has begun: each is one transaction. */
const begun = new WeakMap<KeyedRequest, Set<string>>();

/** The request whose step this is to be; throws when it has had one of that name, whose result it would be given. */
export function beginStep(name: string): KeyedRequest | undefined {
  const request = keyedRequest();
  if (!request) return undefined;
  const names = begun.get(request) ?? new Set();
  begun.set(request, names);
  if (names.has(name)) throw new Error(`a request has committed two steps called ${name}`);
  return request;
}

/** Says that the step is committed. */
export function endStep(request: KeyedRequest, name: string): void {
  begun.get(request)?.add(name);
}

/** Keeps a transaction's result for repeats of its request: its last statement, so that both are there or neither. */
export async function keepStep(tx: Tx, { principal, key }: KeyedRequest, name: string, result: unknown): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO idempotency_steps (principal, key, name, result)
    VALUES (${principal}, ${key}, ${name}, ${new Uint8Array(serialize(result))})`;
}

/** What another run of the same request has committed meanwhile. */
export async function readStep(
  db: Db,
  { principal, key }: KeyedRequest,
  name: string,
): Promise<{ result: unknown } | undefined> {
  const step = await db.idempotencyStep.findUnique({ where: { principal_key_name: { principal, key, name } } });
  return step ? { result: deserialize(step.result) as unknown } : undefined;
}
