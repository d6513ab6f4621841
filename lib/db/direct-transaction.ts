import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import { countTransaction } from "../background-scope";
import type { Prisma, PrismaClient } from "./generated/client";
import { statementOf } from "./statement";

type Tx = Prisma.TransactionClient;

export interface TransactionBounds {
  /** Milliseconds after which the transaction is undone, however far its work has come. */
  timeout?: number;
}

const TIMEOUT_MS = 10_000;

/** The connection that Prisma is to use for the transaction it begins: one in which the transaction has begun already. */
const lent = new AsyncLocalStorage<pg.PoolClient>();

/** A pool whose connect() gives a connection that was lent for the purpose, and else does what pools do. */
export class LendingPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool["connect"]>[0]): void;
  override connect(callback?: Parameters<pg.Pool["connect"]>[0]): Promise<pg.PoolClient> | void {
    const client = lent.getStore();
    if (client && !callback) return Promise.resolve(client);
    // One statement by itself asks with a callback, a transaction without: each is one for the database.
    countTransaction();
    return callback ? super.connect(callback) : super.connect();
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction. Its SQL goes to the driver at once, which costs a quarter of the way
 * through Prisma's engine (ADR 59); models are there as well: with the first use of one, Prisma joins the transaction on
 * the same connection.
 */
export async function directTransaction<T>(
  pool: pg.Pool,
  prisma: PrismaClient,
  work: (tx: Tx) => Promise<T>,
  { timeout = TIMEOUT_MS }: TransactionBounds = {},
): Promise<T> {
  const transaction = new DirectTransaction(await pool.connect(), prisma, timeout);
  let result: T;
  try {
    result = await work(transaction.client);
  } catch (error) {
    await transaction.undo();
    throw error;
  }
  await transaction.commit();
  return result;
}

class DirectTransaction {
  /** What runs or ran last: statements of one connection run one after another. */
  private last: Promise<unknown>;
  private models: Promise<JoinedModels> | undefined;
  private over: Promise<void> | undefined;
  private lateAfter: number | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: pg.PoolClient,
    private readonly prisma: PrismaClient,
    private readonly timeoutMs: number,
  ) {
    this.last = connection.query("BEGIN");
    // Whoever comes next is told.
    this.last.catch(() => undefined);
    this.timer = setTimeout(() => {
      this.lateAfter = timeoutMs;
      void this.undo();
    }, timeoutMs);
  }

  /** The transaction as repositories know it. */
  get client(): Tx {
    const run = async (query: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Promise<pg.QueryResult> =>
      this.inTurn(() => this.connection.query(statementOf(query, values)));
    const own = {
      $queryRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
        (await run(query, values)).rows as unknown,
      $executeRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
        (await run(query, values)).rowCount ?? 0,
    };
    return new Proxy(own as unknown as Tx, {
      get: (target, key) => (key in target ? (Reflect.get(target, key) as unknown) : this.model(key as keyof Tx)),
    });
  }

  /** Throws when the transaction could not be committed, or was undone before. */
  async commit(): Promise<void> {
    if (this.over) return this.refuse();
    const ended = this.end("COMMIT");
    this.over = ended.then(
      () => undefined,
      () => undefined,
    );
    // After a statement that failed, the server answers COMMIT by undoing everything.
    if ((await ended) !== "COMMIT") throw new Error("the transaction was undone: one of its statements had failed");
  }

  /** Undoes what was done; harmless when it is over. */
  async undo(): Promise<void> {
    this.over ??= this.end("ROLLBACK").then(
      () => undefined,
      // The connection is gone, and the server has undone the transaction with it.
      () => undefined,
    );
    await this.over;
  }

  private async end(how: "COMMIT" | "ROLLBACK"): Promise<string> {
    clearTimeout(this.timer);
    try {
      // What was not waited for ends first; its failure is its own.
      await this.last.catch(() => undefined);
      if (this.models) await this.models.then(async (models) => models.leave());
      const { command } = await this.connection.query(how);
      this.connection.release();
      return command;
    } catch (error) {
      this.connection.release(true);
      throw error;
    }
  }

  private inTurn<T>(statement: () => Promise<T>): Promise<T> {
    if (this.over) return Promise.reject(this.tooLate());
    const mine = this.last.then(statement);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private refuse(): never {
    throw this.tooLate();
  }

  private tooLate(): Error {
    return new Error(
      this.lateAfter === undefined
        ? "a statement came after the end of its transaction"
        : `a transaction took longer than ${this.lateAfter} ms and was undone`,
    );
  }

  /** A model of Prisma's, or one of its further methods, as if it were there already. */
  private model(name: keyof Tx): unknown {
    const call = (path: readonly PropertyKey[], args: readonly unknown[]): Promise<unknown> =>
      this.inTurn(async () => {
        this.models ??= JoinedModels.join(this.prisma, this.connection, this.timeoutMs);
        let at: unknown = (await this.models).tx;
        for (const key of path.slice(0, -1)) at = Reflect.get(at as object, key) as unknown;
        const method = Reflect.get(at as object, path.at(-1) ?? "") as (...args: unknown[]) => Promise<unknown>;
        return Reflect.apply(method, at, args) as unknown;
      });
    return new Proxy((...args: unknown[]) => call([name], args), {
      get:
        (_, method) =>
        (...args: unknown[]) =>
          call([name, method], args),
    });
  }
}

/** Prisma's part in a transaction that is begun and ended by somebody else. */
class JoinedModels {
  private constructor(
    readonly tx: Tx,
    private readonly finish: () => void,
    private readonly left: Promise<unknown>,
  ) {}

  static async join(prisma: PrismaClient, connection: pg.PoolClient, timeoutMs: number): Promise<JoinedModels> {
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    return new Promise((resolve, reject) => {
      const left = lent.run(borrowed(connection), () =>
        prisma.$transaction(
          async (tx) => {
            resolve(new JoinedModels(tx, finish, left));
            await finished;
          },
          // Its end is that of the transaction around it, which is bounded.
          { timeout: 2 * timeoutMs },
        ),
      );
      left.catch(reject);
    });
  }

  /** Prisma is through: what it says at the end goes nowhere. */
  async leave(): Promise<void> {
    this.finish();
    await this.left;
  }
}

const ENDS = /^(BEGIN|COMMIT|ROLLBACK)$/;
const NOTHING = { rows: [], fields: [], rowCount: 0, command: "", oid: 0 } satisfies pg.QueryResult;

/** A connection in which somebody else begins and ends the transaction, and who gives it back. */
function borrowed(connection: pg.PoolClient): pg.PoolClient {
  return new Proxy(connection, {
    get(target, key) {
      if (key === "release") return () => undefined;
      if (key === "query") {
        return async (statement: pg.QueryConfig) => (ENDS.test(statement.text) ? NOTHING : target.query(statement));
      }
      const member = Reflect.get(target, key) as unknown;
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
