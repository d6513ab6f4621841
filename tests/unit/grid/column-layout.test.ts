import { describe, expect, it } from "vitest";
import {
  type ColumnLayout,
  knownColumns,
  withMoved,
  withPinned,
  withShown,
  withStep,
  withWidth,
} from "@/components/grid/column-layout";

const layout: ColumnLayout = {
  columns: [{ id: "name", pinned: true }, { id: "phone", width: 120 }, { id: "tags" }, { id: "agent" }],
  density: "normal",
};
const ids = ({ columns }: ColumnLayout) => columns.map(({ id, pinned }) => (pinned ? `*${id}` : id)).join(" ");

describe("a column layout", () => {
  it("moves a column to another's place, and pins or loosens what crosses the border", () => {
    expect(ids(withMoved(layout, "agent", "phone"))).toBe("*name agent phone tags");
    expect(ids(withMoved(layout, "phone", "agent"))).toBe("*name tags agent phone");
    expect(ids(withMoved(layout, "tags", "name"))).toBe("*tags *name phone agent");
    expect(ids(withMoved(layout, "name", "tags"))).toBe("phone tags name agent");
    expect(withMoved(layout, "tags", "nothing")).toBe(layout);
    expect(ids(withStep(layout, "tags", -1))).toBe("*name tags phone agent");
    expect(withStep(layout, "agent", 1)).toBe(layout);
  });

  it("pins behind the pinned ones and loosens to the front of the others", () => {
    const pinned = withPinned(layout, "agent", true);
    expect(ids(pinned)).toBe("*name *agent phone tags");
    expect(ids(withPinned(pinned, "name", false))).toBe("*agent name phone tags");
  });

  it("bounds widths, shows at the end, and keeps the last column", () => {
    expect(withWidth(layout, "phone", 3).columns[1]).toEqual({ id: "phone", width: 48 });
    expect(withWidth(layout, "phone", 5_000).columns[1]).toEqual({ id: "phone", width: 900 });
    expect(ids(withShown(withShown(layout, "phone", false), "phone", true))).toBe("*name tags agent phone");
    const one = { ...layout, columns: [{ id: "name" }] };
    expect(withShown(one, "name", false)).toBe(one);
  });

  it("forgets what is not known any more, and begins anew when nothing is left", () => {
    const known = new Set(["name", "tags"]);
    expect(ids(knownColumns({ ...layout, columns: [...layout.columns, { id: "tags" }] }, known, ["name"]))).toBe(
      "*name tags",
    );
    expect(ids(knownColumns(layout, new Set(["x"]), ["x"]))).toBe("x");
  });
});
