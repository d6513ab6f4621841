import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { Pace } from "@/lib/jobs/pace";
import { GENESIS, sealOf } from "../domain/seal";
import type { AuditSealRepository } from "../repositories/audit-seal.repository";

/** Rows of one transaction, and transactions of one round. */
const BATCH = 1_000;
const ROUNDS = 10;

export type Verification =
  | { sound: true; rows: number; head: string }
  | { sound: false; seq: bigint | undefined; auditId: bigint; why: "missing" | "changed" | "gap" | "slipped_in" };

/**
 * Chains audit rows afterwards, so that no change waits for another to commit. Who alters, removes or inserts a row
 * that is sealed breaks the chain at that row, unless they rewrite every seal after it: publish the head elsewhere to
 * exclude that too.
 */
export class AuditSealer {
  /** Where the examination in stretches stands: everything up to here fits. */
  private examined = { seq: 0n, hash: GENESIS };

  constructor(
    private readonly db: Db,
    private readonly seals: AuditSealRepository,
    private readonly pace: Pick<Pace, "giveWay">,
  ) {}

  /**
   * Seals what can be sealed now, bounded; answers how many rows. Safe to run anywhere, twice at once. Heavy work that
   * somebody waits for goes first: its rows are sealed when it is through, or some seconds later.
   */
  async seal(): Promise<number> {
    let total = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.pace.giveWay();
      const sealed = await this.sealBatch();
      total += sealed;
      if (sealed < BATCH) break;
    }
    return total;
  }

  private sealBatch(): Promise<number> {
    return inTransaction(this.db, async (tx) => {
      if (!(await this.seals.lockChain(tx))) return 0;
      const end = await this.seals.end(tx);
      const rows = await this.seals.unsealed(tx, end, BATCH);
      let previous = end?.hash ?? GENESIS;
      let seq = end?.seq ?? 0n;
      const links = rows.map((row) => {
        previous = sealOf(previous, row);
        seq += 1n;
        return { seq, auditId: BigInt(row.id), hash: previous };
      });
      if (links.length > 0) await this.seals.append(tx, links);
      return links.length;
    });
  }

  /**
   * Recomputes the next stretch of the chain, at most 1,000 rows, and begins again at its end, so that the whole log is
   * gone through again and again. Answers the first row that does not fit, every time round.
   */
  async examineNext(): Promise<{ auditId: string; why: string } | undefined> {
    let { seq, hash } = this.examined;
    const links = await this.seals.links(seq, BATCH);
    this.examined = { seq: 0n, hash: GENESIS };
    for (const link of links) {
      const broken = (why: string) => ({ auditId: String(link.auditId), why });
      if (link.seq !== seq + 1n) return broken("gap");
      if (!link.row) return broken("missing");
      if (sealOf(hash, link.row) !== link.hash) return broken("changed");
      ({ seq, hash } = link);
    }
    if (links.length === BATCH) this.examined = { seq, hash };
    return undefined;
  }

  /** Recomputes the whole chain and names the first row that does not fit. */
  async verify(): Promise<Verification> {
    let previous = GENESIS;
    let seq = 0n;
    for (;;) {
      const links = await this.seals.links(seq, BATCH);
      for (const link of links) {
        if (link.seq !== seq + 1n) return { sound: false, seq: link.seq, auditId: link.auditId, why: "gap" };
        if (!link.row) return { sound: false, seq: link.seq, auditId: link.auditId, why: "missing" };
        previous = sealOf(previous, link.row);
        if (previous !== link.hash) return { sound: false, seq: link.seq, auditId: link.auditId, why: "changed" };
        seq = link.seq;
      }
      if (links.length < BATCH) break;
    }
    const end = await this.seals.end();
    const stranger = end && (await this.seals.slippedIn(end));
    if (stranger !== undefined) return { sound: false, seq: undefined, auditId: stranger, why: "slipped_in" };
    return { sound: true, rows: Number(seq), head: previous };
  }
}
