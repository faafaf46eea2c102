/**
 * Straight-line WGSL for a block of cells, shared by the kernels that compute several cells a thread.
 *
 * WGSL can neither unroll a loop nor index registers, so the statements are written out: one accumulator
 * `a<row>_<column>_<quad>` for every cell of the block and output quad, one value `x<row>_<column>` for every cell
 * of the window around it.
 *
 * @module
 */

/** A block of cells that one thread computes, for some output quads. */
export interface CellBlock {
  /** Cells per row. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
  /** Output quads. */
  readonly quads: number;
}

/** Lists the accumulators of a block with their place in it. */
export function accumulators(
  { columns, rows, quads }: CellBlock,
): { name: string; row: number; column: number; quad: number }[] {
  const all = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let quad = 0; quad < quads; quad++) {
        all.push({ name: `a${row}_${column}_${quad}`, row, column, quad });
      }
    }
  }
  return all;
}

/** Lists the cells that the 3×3 windows of a block cover, row by row. */
export function windowCells(
  { columns, rows }: CellBlock,
): { name: string; row: number; column: number }[] {
  const all = [];
  for (let row = 0; row < rows + 2; row++) {
    for (let column = 0; column < columns + 2; column++) {
      all.push({ name: `x${row}_${column}`, row, column });
    }
  }
  return all;
}

/**
 * Writes the multiply-adds of one input quad: every accumulator gains its nine taps of four inputs.
 *
 * `weight` gives the expression for a `vec4f` of weights by its index `(input * 9 + tap) * quads + quad`.
 */
export function multiplyAdds(block: CellBlock, weight: (index: number) => string): string[] {
  const lines: string[] = [];
  for (let tap = 0; tap < 9; tap++) {
    const [up, left] = [Math.floor(tap / 3), tap % 3];
    ["x", "y", "z", "w"].forEach((axis, input) => {
      for (let quad = 0; quad < block.quads; quad++) {
        const value = `w${tap}${axis}${quad}`;
        lines.push(`let ${value} = ${weight((input * 9 + tap) * block.quads + quad)};`);
        for (const cell of accumulators({ ...block, quads: 1 })) {
          const sum = `a${cell.row}_${cell.column}_${quad}`;
          const x = `x${cell.row + up}_${cell.column + left}.${axis}`;
          lines.push(`${sum} = fma(vec4f(${x}), ${value}, ${sum});`);
        }
      }
    });
  }
  return lines;
}

/** Indents lines and joins them. */
export function indent(lines: readonly string[], depth: number): string {
  return lines.map((line) => "  ".repeat(depth) + line).join("\n");
}
