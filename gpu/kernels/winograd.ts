/**
 * The convolution for software adapters with less arithmetic: Winograd's F(2×4, 3×3) and F(2×2, 3×3), 24
 * multiplications where the direct form needs 72, and 16 where it needs 36. The transforms are in
 * `winograd_transforms.ts`.
 *
 * Each thread computes two rows of two or four cells of up to eight output channels. For every input quad it loads the
 * cells around them from a read-only storage texture, transforms them (additions, mostly), and multiplies each transformed value by weights that were transformed when they
 * were packed. Products are added up in the transformed domain and brought back once, at the end. Weights are staged in
 * workgroup memory and read at literal indices, and everything is straight-line code once the function for an input quad
 * is inlined, for the reasons given in `unrolled.ts`.
 *
 * The four products of an input quad are added to each other before they are added to their sum: the more outputs a
 * thread has, the earlier LLVM computes products that are added one by one, and keeps them in memory.
 *
 * @module
 */

import { AXES, indices, type StagedOptions, stagedShader, stagingRoom } from "./staged_shader.ts";
import { FOUR, NUMBERS, type Transform, TWO } from "./winograd_transforms.ts";
import type { WorkgroupLimits } from "./workgroup_limits.ts";

/** Threads of a workgroup at most: as many as lessen the share of staging by more than the last workgroup wastes. */
const MOST_THREADS = 512;

/** The most output quads that pay: with four, products are kept in memory. */
const MOST_QUADS = 2;

/** What a thread computes. */
export interface WinogradTile {
  /** Cells in a row. */
  readonly columns: 2 | 4;
  /** Rows. */
  readonly rows: 2;
  /** Output quads. */
  readonly quads: number;
  /** Values that a 3×3 filter becomes. */
  readonly taps: 16 | 24;
}

/** A layer, the device it is for, and how wide its tile may be. */
export interface WinogradLayer {
  /** Input channels divided by four, rounded up. */
  readonly inputQuads: number;
  /** Output channels divided by four, rounded up. */
  readonly outputQuads: number;
  /** What the device grants. */
  readonly limits: WorkgroupLimits;
  /** The most cells in a row of a tile, see {@link winogradBlock}. Default 4. */
  readonly mostColumns?: 2 | 4 | undefined;
}

/** The tile for a layer: as wide as it may be if its weights leave room for as many output quads as pay. */
export function winogradTile(
  { inputQuads, outputQuads, limits, mostColumns = 4 }: WinogradLayer,
): WinogradTile {
  const most = Math.min(outputQuads, MOST_QUADS);
  const room = (taps: number) => Math.floor(stagingRoom(limits) / (inputQuads * 4 * taps));
  return mostColumns === 4 && room(24) >= most
    ? { columns: 4, rows: 2, quads: most, taps: 24 }
    : { columns: 2, rows: 2, quads: Math.min(most, Math.max(room(16), 1)), taps: 16 };
}

/** Threads of a workgroup on a device, if there is enough to do for them. */
export function winogradThreads({ threads }: WorkgroupLimits): number {
  return Math.min(MOST_THREADS, threads);
}

/**
 * Cells in a row that depend on each other's inputs to the last bit. With four columns, products with cells that a
 * result does not depend on enter its sum and cancel, but for their rounding errors; with two they do not enter.
 */
export function winogradBlock({ columns }: Pick<WinogradTile, "columns">): number {
  return columns === 4 ? 4 : 1;
}

/** Whether a layer's weights fit into workgroup memory at all. */
export function winogradFits({ inputQuads, limits }: Omit<WinogradLayer, "outputQuads">): boolean {
  return inputQuads * 4 * 16 <= stagingRoom(limits);
}

/** `G · filter · Gᵀ`: a 3×3 filter, row by row, as the values that the transformed cells are multiplied by. */
export function transformFilter(
  filter: ArrayLike<number>,
  { columns }: Pick<WinogradTile, "columns">,
): number[] {
  const stretched = [0, 1, 2].map((x) =>
    TWO.filter([filter[x]!, filter[3 + x]!, filter[6 + x]!], NUMBERS)
  );
  return indices(4).flatMap((y) =>
    transformOf(columns).filter([stretched[0]![y]!, stretched[1]![y]!, stretched[2]![y]!], NUMBERS)
  );
}

/** Writes the shader; see {@link stagedShader} for its bindings. A thread computes a {@link WinogradTile}. */
export function winogradShader(
  options: StagedOptions & WinogradLayer & {
    workgroup?: { width: number; height: number } | undefined;
  },
): string {
  const tile = winogradTile(options);
  const { quads, taps, columns, rows } = tile;
  const { limits, workgroup = { width: winogradThreads(limits), height: 1 } } = options;
  return stagedShader(options, {
    quads,
    taps,
    workgroup,
    room: stagingRoom(limits),
    cells: { columns, rows },
    sums: indices(quads).flatMap((quad) => indices(taps).map((point) => `m${point}_${quad}`)),
    accumulate: [
      ...loadAndTransformColumns(tile),
      ...indices(rows + 2).flatMap((row) => [...transformRow(row, tile), ...products(row, tile)]),
    ],
    value: ({ quad, x, y }) => ({
      before: x > 0 ? [] : [...y > 0 ? [] : sumColumns(quad, tile), ...sumRow(y, tile)],
      value: `o${y}_${x}`,
    }),
  });
}

function transformOf(outputs: 2 | 4): Transform {
  return outputs === 2 ? TWO : FOUR;
}

/** `Bᵀ · cells`, as t0_0 and so on. */
function loadAndTransformColumns({ columns, rows }: WinogradTile): string[] {
  const down = indices(rows + 2);
  const across = indices(columns + 2);
  return [
    ...down.flatMap((r) =>
      across.map((c) => `let d${r}_${c} = textureLoad(source, vec2u(c${c}, r${r}), layer);`)
    ),
    ...across.flatMap((c) =>
      transformOf(rows).inputs(down.map((r) => `d${r}_${c}`), {
        to: down.map((r) => `t${r}_${c}`),
        tag: `Column${c}`,
      })
    ),
  ];
}

/** One row of `Bᵀ · cells · B`, of v0, v1 and so on. */
function transformRow(row: number, { columns }: WinogradTile): string[] {
  const across = indices(columns + 2);
  return transformOf(columns).inputs(across.map((c) => `t${row}_${c}`), {
    to: across.map((c) => `v${row * (columns + 2) + c}`),
    tag: `Row${row}`,
  });
}

/** The products of that row with the weights. */
function products(row: number, { columns, quads, taps }: WinogradTile): string[] {
  return indices(columns + 2).flatMap((column) => {
    const point = row * (columns + 2) + column;
    return indices(quads).map((quad) => {
      const terms = indices(4).map((input) => {
        const weight = `staged[first + ${(input * taps + point) * quads + quad}u]`;
        return `vec4f(v${point}.${AXES[input]}) * ${weight}`;
      });
      return `m${point}_${quad} += ${terms.join(" + ")};`;
    });
  });
}

/** `Aᵀ · products`, as s0_0 and so on. */
function sumColumns(quad: number, { columns, rows }: WinogradTile): string[] {
  return indices(columns + 2).flatMap((c) =>
    transformOf(rows).outputsOf(
      indices(rows + 2).map((r) => `m${r * (columns + 2) + c}_${quad}`),
      { to: indices(rows).map((y) => `s${y}_${c}`), tag: `Column${c}` },
    )
  );
}

/** One row of `Aᵀ · products · A`, as o0_0 and so on. */
function sumRow(y: number, { columns }: WinogradTile): string[] {
  return transformOf(columns).outputsOf(indices(columns + 2).map((c) => `s${y}_${c}`), {
    to: indices(columns).map((x) => `o${y}_${x}`),
    tag: `Row${y}`,
  });
}
