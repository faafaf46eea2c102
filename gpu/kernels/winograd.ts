/**
 * The convolution for software adapters with less arithmetic: Winograd's F(2×2, 3×3) (Lavin and Gray, 2016,
 * "Fast algorithms for convolutional neural networks"), 16 multiplications where the direct form needs 36.
 *
 * Each thread computes 2×2 pixels of up to eight output channels. For every input quad it loads the 4×4 pixels around
 * them from a read-only storage texture, transforms them (additions only), and multiplies each of the 16 transformed
 * values by weights that were transformed when they were packed. Products are added up in the transformed domain and
 * brought back once, at the end. Weights are staged in workgroup memory and read at literal indices, and everything is
 * straight-line code once the function for an input quad is inlined, for the reasons given in `unrolled.ts`.
 *
 * @module
 */

import { AXES, indices, type StagedOptions, stagedShader } from "./staged_shader.ts";

/** Threads of a workgroup: each computes 2×2 pixels. */
export const WINOGRAD_WORKGROUP = { width: 16, height: 16 } as const;

/** Values that a 3×3 filter becomes: 4×4. */
export const WINOGRAD_TAPS = 16;

/** The most output quads that pay: with four, accumulators overflow the first-level cache. */
const MOST_QUADS = 2;

/** Output quads that one workgroup computes: as many as pay and as leave their weights room in 32 KiB. */
export function winogradGroupQuads(options: { inputQuads: number; outputQuads: number }): number {
  const room = Math.floor(2048 / (options.inputQuads * 4 * WINOGRAD_TAPS));
  return Math.min(options.outputQuads, MOST_QUADS, Math.max(room, 1));
}

/** Whether a layer's weights fit into workgroup memory at all. */
export function winogradFits(options: { inputQuads: number }): boolean {
  return options.inputQuads * 4 * WINOGRAD_TAPS <= 2048;
}

/** `G · filter · Gᵀ`: a 3×3 filter, row by row, as the 4×4 values that the transformed pixels are multiplied by. */
export function transformFilter(filter: ArrayLike<number>): number[] {
  const stretch = (a: number, b: number, c: number) => [a, (a + b + c) / 2, (a - b + c) / 2, c];
  const columns = [0, 1, 2].map((x) => stretch(filter[x]!, filter[3 + x]!, filter[6 + x]!));
  return [0, 1, 2, 3].flatMap((y) => stretch(columns[0]![y]!, columns[1]![y]!, columns[2]![y]!));
}

/** Writes the shader; see {@link stagedShader} for its bindings. A thread computes 2×2 pixels. */
export function winogradShader(options: StagedOptions): string {
  const quads = winogradGroupQuads(options);
  return stagedShader(options, {
    quads,
    taps: WINOGRAD_TAPS,
    workgroup: options.workgroup ?? WINOGRAD_WORKGROUP,
    pixels: 2,
    sums: indices(quads).flatMap((quad) => indices(16).map((point) => `m${point}_${quad}`)),
    accumulate: [
      ...transformColumns(),
      ...indices(4).flatMap((row) => [...transformRow(row), ...products(row, quads)]),
    ],
    value: ({ quad, x, y }) => ({
      before: x === 0 ? indices(4).map((column) => sumRows({ quad, y, column })) : [],
      value: x === 0 ? `s${y}0 + s${y}1 + s${y}2` : `s${y}1 - s${y}2 - s${y}3`,
    }),
  });
}

/** `Bᵀ · pixels` as t00 … t33. */
function transformColumns(): string[] {
  const four = indices(4);
  const loads = four.flatMap((r) =>
    four.map((c) => `let d${r}${c} = textureLoad(source, vec2u(c${c}, r${r}), layer);`)
  );
  return [
    ...loads,
    ...four.flatMap((c) => [
      `let t0${c} = d0${c} - d2${c};`,
      `let t1${c} = d1${c} + d2${c};`,
      `let t2${c} = d2${c} - d1${c};`,
      `let t3${c} = d1${c} - d3${c};`,
    ]),
  ];
}

/** One row of `Bᵀ · pixels · B`, of v0 … v15. */
function transformRow(r: number): string[] {
  return [
    `let v${r * 4} = t${r}0 - t${r}2;`,
    `let v${r * 4 + 1} = t${r}1 + t${r}2;`,
    `let v${r * 4 + 2} = t${r}2 - t${r}1;`,
    `let v${r * 4 + 3} = t${r}1 - t${r}3;`,
  ];
}

/** The products of that row with the weights. */
function products(row: number, quads: number): string[] {
  return indices(4).flatMap((column) => {
    const point = row * 4 + column;
    return indices(4).flatMap((input) =>
      indices(quads).map((quad) => {
        const weight = `staged[first + ${(input * WINOGRAD_TAPS + point) * quads + quad}u]`;
        const sum = `m${point}_${quad}`;
        return `${sum} = fma(vec4f(v${point}.${AXES[input]}), ${weight}, ${sum});`;
      })
    );
  });
}

/** One value of `Aᵀ · products`, for row `y` of the thread's square. */
function sumRows({ quad, y, column }: { quad: number; y: number; column: number }): string {
  const m = (row: number) => `m${row * 4 + column}_${quad}`;
  const sum = y === 0 ? `${m(0)} + ${m(1)} + ${m(2)}` : `${m(1)} - ${m(2)} - ${m(3)}`;
  return `let s${y}${column} = ${sum};`;
}
