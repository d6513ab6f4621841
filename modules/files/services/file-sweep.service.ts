import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import type { FileStore } from "@/lib/storage/object-store";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { fileIdIn, uploadKey } from "../domain/lead-file";
import type { FileSweepRepository } from "../repositories/file-sweep.repository";

/** Files that one round erases, and objects that it looks at in each folder. */
const ERASED = 100;
const LOOKED_AT = 500;
/** Milliseconds after which an object without a file is nobody's: uploads and completions take minutes. */
const ORPHAN_MS = 86_400_000;

/** A folder of the store whose objects belong to somebody else. */
export interface OtherFolder {
  folder: string;
  /** Of these keys, those that something still refers to. */
  wanted(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Removes what nobody can have any more, bytes before rows: whatever is cut off, the next round goes on. */
export class FileSweep {
  constructor(
    private readonly db: Db,
    private readonly rows: FileSweepRepository,
    private readonly store: FileStore,
    private readonly others: readonly OtherFolder[],
  ) {}

  /** One round; safe to run at once, anywhere. Throws what the store throws: nothing is forgotten while it is away. */
  async run(actor: Actor, orphanMs = ORPHAN_MS): Promise<{ erased: number; orphans: number }> {
    const erased = await this.erase(actor);
    const before = Date.now() - orphanMs;
    let orphans = 0;
    for (const folder of [this.own("uploads"), this.own("files"), ...this.others]) {
      orphans += await this.orphansIn(folder, before);
    }
    return { erased, orphans };
  }

  /** Removes what was begun to be written more than a day ago and never ended; answers how many. */
  drafts(): Promise<number> {
    return this.store.tidy();
  }

  private async erase(actor: Actor): Promise<number> {
    let erased = 0;
    for (const { id, objectKey } of await this.rows.toErase(ERASED)) {
      await this.store.remove(uploadKey(id));
      if (objectKey !== null) await this.store.remove(objectKey);
      const isGone = await inTransaction(this.db, async (tx) => {
        if (!(await this.rows.forget(tx, id))) return false;
        await writeAudit(tx, actor, [{ action: "file.erased", entityType: "file", entityId: id }]);
        return true;
      });
      if (isGone) erased += 1;
    }
    return erased;
  }

  /** What is attached to leads. */
  private own(folder: "uploads" | "files"): OtherFolder {
    return {
      folder,
      wanted: async (keys) => {
        const known = await this.rows.known(keys.map(fileIdIn).filter(isId));
        const byId = new Map(known.map((row) => [row.id, row]));
        const isWanted = (key: string): boolean => {
          const row = byId.get(fileIdIn(key));
          return row !== undefined && (folder === "uploads" ? row.objectKey === null : row.objectKey === key);
        };
        return new Set(keys.filter(isWanted));
      },
    };
  }

  /** Looks at the next objects of a folder, beginning anew at its end: every one is looked at within some rounds. */
  private async orphansIn({ folder, wanted }: OtherFolder, before: number): Promise<number> {
    const objects = await this.store.list(folder, await this.rows.placeIn(folder), LOOKED_AT);
    const old = objects.filter(({ at }) => at.getTime() < before).map(({ key }) => key);
    const kept = await wanted(old);
    const orphans = old.filter((key) => !kept.has(key));
    for (const key of orphans) await this.store.remove(key);
    await this.rows.keepPlace(folder, objects.length < LOOKED_AT ? undefined : objects.at(-1)?.key);
    return orphans.length;
  }
}
