/**
 * The convolution for graphics processors, with activations in buffers or, over a batch of patches, in textures.
 *
 * A workgroup of `width` × 4 threads computes `width` × 16 cells of a few output quads. For every input quad it stages the
 * tile with its border and the weights in workgroup memory. Each thread then computes a column of 4 cells, one column of
 * taps after the other: 6 cells and 12 weights of `vec4f` an output quad serve 48 multiply-adds of `vec4f`. Columns of cells
 * rather than rows, so that neighbouring lanes touch neighbouring cells in every read and write: coalesced in buffers
 * and textures, free of bank conflicts in workgroup memory. Weights are read by all lanes at once.
 *
 * @module
 */

import { accumulators, type CellBlock, indent } from "./cell_block.ts";
import type { LayerShape, Storage } from "./conv_kernel.ts";
import { END_KINDS, endFunctions, endOf, endsOf } from "./epilogue.ts";

/** Rows of cells that a thread computes. */
const ROWS = 4;

/** Rows of threads of a workgroup. */
const THREAD_ROWS = 4;

/** Rows of cells that a workgroup computes. */
export const TILED_ROWS = ROWS * THREAD_ROWS;

/** What a tiled convolution computes, and on what. */
export interface TiledOptions extends LayerShape {
  /**
   * Where activations are: one plane in buffers, whose size binding 4 tells, or images in texture arrays, whose layers are
   * image × quads + quad and which are as large as the output.
   */
  readonly activations: Storage;
  /** Output quads that a workgroup computes. */
  readonly quads: number;
  /** Columns of a workgroup, a thread each. */
  readonly width: number;
  /**
   * How neighbours outside the image are found. Default `replicate`: their coordinates are clamped. With `border`
   * the output cell (x, y) reads the source cells (x … x + 2, y … y + 2), so the source must be two cells wider and
   * higher than the output; textures only.
   */
  readonly edges?: "replicate" | "border" | undefined;
}

/** What a workgroup of the shader takes. */
export function tiledNeeds(
  { quads, width }: { quads: number; width: number },
): { threads: number; bytes: number } {
  const tile = (width + 2) * (TILED_ROWS + 2);
  return { threads: width * THREAD_ROWS, bytes: 16 * (tile + 36 * quads) };
}

/**
 * Writes the shader. Its bindings are those of `conv_kernel.ts`, weights as `packWeights` orders them; dispatch as many
 * workgroups as cover the output in x and y, and images × groups in z.
 */
export function tiledShader(options: TiledOptions): string {
  const { inputQuads, outputQuads, epilogue, quads, width } = options;
  const { declarations, size, at, load, store, skip } = access(options);
  const groups = Math.ceil(outputQuads / quads);
  const block: CellBlock = { columns: 1, rows: ROWS, quads };
  const stride = width + 2;
  const tile = stride * (TILED_ROWS + 2);
  const slab = 36 * quads;
  const { threads } = tiledNeeds(options);
  const biasAt = groups * inputQuads * slab;
  const quadNames = Array.from({ length: quads }, (_, quad) => quad);
  const ends = endsOf(epilogue).flatMap((kind) => {
    const first = biasAt + END_KINDS.indexOf(kind) * outputQuads;
    return quadNames.map((quad) =>
      `let ${kind}${quad} = weights[${first}u + min(output + ${quad}u, ${outputQuads - 1}u)];`
    );
  });
  const value = (sum: string, quad: number, row: number) =>
    endOf(epilogue, {
      sum,
      slopes: `slopes${quad}`,
      shifts: `shifts${quad}`,
      skip: skip(quad, row),
    });
  const stores = accumulators(block).flatMap(({ name, row, quad }) => [
    `if (cell.x < size.x && cell.y + ${row}u < size.y && output + ${quad}u < ${outputQuads}u) {`,
    `  ${store(quad, row, value(name, quad, row))}`,
    "}",
  ]);
  return `${declarations}
var<workgroup> tile: array<vec4f, ${tile}>;
var<workgroup> slab: array<vec4f, ${slab}>;

${endFunctions(epilogue)}@compute @workgroup_size(${width}, ${THREAD_ROWS})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let size = ${size};
  let group = workgroup.z % ${groups}u;
  let image = workgroup.z / ${groups}u;
  let output = group * ${quads}u;
  let origin = workgroup.xy * vec2u(${width}, ${TILED_ROWS});
  let cell = origin + local.xy * vec2u(1, ${ROWS});
  let corner = local.y * ${ROWS * stride}u + local.x;
${indent(ends, 1)}
${indent(accumulators(block).map(({ name, quad }) => `var ${name} = bias${quad};`), 1)}
  for (var quad = 0u; quad < ${inputQuads}u; quad++) {
    workgroupBarrier();
    for (var i = lane; i < ${tile}u; i += ${threads}u) {
      let wanted = origin + vec2u(i % ${stride}u, i / ${stride}u);
      let at = ${at};
      tile[i] = ${load};
    }
    for (var i = lane; i < ${slab}u; i += ${threads}u) {
      slab[i] = weights[(group * ${inputQuads}u + quad) * ${slab}u + i];
    }
    workgroupBarrier();
    for (var column = 0u; column < 3u; column++) {
${indent(windowLoads(stride), 3)}
${indent(multiplyAdds(quads), 3)}
    }
  }
${indent(stores, 1)}
}
`;
}

/** The cells that a thread's column of cells and one column of taps take. */
function windowLoads(stride: number): string[] {
  return Array.from(
    { length: ROWS + 2 },
    (_, row) => `let x${row} = tile[corner + ${row * stride}u + column];`,
  );
}

/** Every sum gains one column of taps of four inputs. */
function multiplyAdds(quads: number): string[] {
  const lines: string[] = [];
  for (const up of [0, 1, 2]) {
    ["x", "y", "z", "w"].forEach((axis, input) => {
      for (let quad = 0; quad < quads; quad++) {
        const weight = `w${up}${axis}${quad}`;
        lines.push(
          `let ${weight} = slab[${(input * 9 + up * 3) * quads + quad}u + column * ${quads}u];`,
        );
        for (let row = 0; row < ROWS; row++) {
          const sum = `a${row}_0_${quad}`;
          lines.push(`${sum} = fma(vec4f(x${row + up}.${axis}), ${weight}, ${sum});`);
        }
      }
    });
  }
  return lines;
}

/** How a kind of storage is declared, read and written; expressions use the names of {@link tiledShader}. */
interface Access {
  readonly declarations: string;
  /** Size of the output, `vec2u`. */
  readonly size: string;
  /** The source cell for `wanted`, which counts from one before the output's first. */
  readonly at: string;
  /** The source's value there. */
  readonly load: string;
  /** Stores a value of an output quad of the workgroup, in a row of the thread. */
  readonly store: (quad: number, row: number, value: string) => string;
  /** What is added there. */
  readonly skip: (quad: number, row: number) => string;
}

function access(options: TiledOptions): Access {
  const { activations, edges = "replicate", inputQuads, outputQuads } = options;
  const at = edges === "border"
    ? "min(wanted, size + 1u)"
    : "min(max(wanted, vec2u(1)) - 1u, size - 1u)";
  if (activations === "buffer") {
    const index = (quad: number, row: number) =>
      `((output + ${quad}u) * size.y + cell.y + ${row}u) * size.x + cell.x`;
    return {
      declarations: `@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> skip: array<vec4f>;
@group(0) @binding(4) var<uniform> plane: vec2u;
`,
      size: "plane",
      at,
      load: "source[(quad * size.y + at.y) * size.x + at.x]",
      store: (quad, row, value) => `result[${index(quad, row)}] = ${value};`,
      skip: (quad, row) => `skip[${index(quad, row)}]`,
    };
  }
  const place = (quad: number, row: number) =>
    `cell + vec2u(0, ${row}), image * ${outputQuads}u + output + ${quad}u`;
  return {
    declarations: `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var result: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;
`,
    size: "textureDimensions(result)",
    at,
    load: `textureLoad(source, at, image * ${inputQuads}u + quad)`,
    store: (quad, row, value) => `textureStore(result, ${place(quad, row)}, ${value});`,
    skip: (quad, row) => `textureLoad(skip, ${place(quad, row)})`,
  };
}
