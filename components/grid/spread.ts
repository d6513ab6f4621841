import type { Block } from "./cell-range";

/** One cell that is to be written, with the text that comes into it. */
export interface CellText {
  row: number;
  column: number;
  text: string;
}

/** The block that a paste fills: the source's size, or the selection where that is a whole multiple of it. */
export function pasteBlock(source: readonly (readonly string[])[], target: Block): Block {
  const height = source.length;
  const width = Math.max(0, ...source.map((row) => row.length));
  const rows = target.bottom - target.top + 1;
  const columns = target.right - target.left + 1;
  const down = rows % height === 0 ? rows : height;
  const across = columns % width === 0 ? columns : width;
  return { top: target.top, left: target.left, bottom: target.top + down - 1, right: target.left + across - 1 };
}

/**
 * What a paste writes where: the source repeated over the block, one cell into many or a block into a multiple of
 * itself, and cut off where the grid ends.
 */
export function spread(
  source: readonly (readonly string[])[],
  target: Block,
  extent: { rows: number; columns: number },
): CellText[] {
  if (source.length === 0) return [];
  const block = pasteBlock(source, target);
  const width = Math.max(1, ...source.map((line) => line.length));
  const cells: CellText[] = [];
  for (let row = block.top; row <= Math.min(block.bottom, extent.rows - 1); row += 1) {
    const line = source[(row - block.top) % source.length] ?? [];
    for (let column = block.left; column <= Math.min(block.right, extent.columns - 1); column += 1) {
      // A short line leaves the cells behind its end as they are.
      const text = line[(column - block.left) % width];
      if (text !== undefined) cells.push({ row, column, text });
    }
  }
  return cells;
}

/** The block that dragging the fill handle of `from` to a row makes, downwards or upwards. */
export function fillBlock(from: Block, row: number): Block {
  if (row > from.bottom) return { ...from, top: from.bottom + 1, bottom: row };
  if (row < from.top) return { ...from, top: row, bottom: from.top - 1 };
  return from;
}
