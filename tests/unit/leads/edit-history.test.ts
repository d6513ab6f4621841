import fc from "fast-check";
import { expect, it } from "vitest";
import { type DonePlan, historyOf } from "@/modules/leads/domain/edit-history";

/** Plans as undo and redo make them, beside the two stacks that they should amount to. */
class Model {
  plans: DonePlan[] = [];
  undo: string[] = [];
  redo: string[] = [];

  act(key: "do" | "undo" | "redo"): void {
    if (key === "do") {
      this.undo.push(this.add(0));
      this.redo = [];
      return;
    }
    const [from, to] = key === "undo" ? [this.undo, this.redo] : [this.redo, this.undo];
    const last = this.plans.find(({ id }) => id === from.at(-1));
    if (!last) return;
    from.pop();
    last.undone = true;
    to.push(this.add(last.depth + 1));
  }

  private add(depth: number): string {
    const id = String(this.plans.length);
    this.plans.unshift({ id, kind: "edits", depth, leads: 1, at: new Date(this.plans.length), undone: false });
    return id;
  }
}

it("is two stacks, whatever keys are pressed", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("do", "undo", "redo"), { maxLength: 40 }), (keys) => {
      const model = new Model();
      for (const key of keys) {
        model.act(key);
        const { undo, redo } = historyOf(model.plans);
        expect(undo.map(({ id }) => id)).toEqual(model.undo.toReversed());
        expect(redo.map(({ id }) => id)).toEqual(model.redo.toReversed());
      }
    }),
  );
});
