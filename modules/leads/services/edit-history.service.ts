import { type Principal, requireStaff } from "@/lib/principal";
import { type DonePlan, historyOf } from "../domain/edit-history";
import type { HistoryEntry } from "../edit-history.schemas";
import type { EditHistoryRepository } from "../repositories/edit-history.repository";

/** Undo and redo of a person's bulk work and edits of cells, from whatever browser. */
export class EditHistoryService {
  constructor(private readonly history: EditHistoryRepository) {}

  /** One's own plans that can be taken back, and those that were and can be done again. */
  async read(principal: Principal): Promise<{ undo: HistoryEntry[]; redo: HistoryEntry[] }> {
    requireStaff(principal);
    const { undo, redo } = historyOf(await this.history.done(principal.userId));
    return { undo: undo.map(entryView), redo: redo.map(entryView) };
  }
}

function entryView({ id, kind, leads, at }: DonePlan): HistoryEntry {
  return { plan_id: id, kind: kind as HistoryEntry["kind"], leads, at: at.toISOString() };
}
