/**
 * The convolution for graphics processors: activations in buffers, tiles in workgroup memory, sums in registers.
 *
 * A workgroup of 32 × 4 threads computes 32 × 16 cells of two output quads. For every input quad it stages the tile
 * with its border (34 × 18 cells, 10 KiB) and the weights (72 vec4f) in workgroup memory. Each thread then computes a
 * column of 4 cells from a window of 3 × 6, so 18 + 72 reads serve 288 multiply-adds of `vec4f`, with 32 sums
 * in registers. Columns rather than rows, so that neighbouring lanes touch neighbouring cells in every read and
 * write: coalesced in buffers, free of bank conflicts in workgroup memory. Weights are read by all lanes at once.
 *
 * Its results are tested on software adapters; the reasons for its shape are those above, and its speed on a graphics
 * processor has not been measured.
 *
 * @module
 */

import { accumulators, type Block, indent, multiplyAdds, windowCells } from "./block.ts";
import { type ConvKernel, groupsOf, type LayerShape } from "./kernel.ts";

const BLOCK: Block = { columns: 1, rows: 4, quads: 2 };
const WORKGROUP = { width: 32, height: 4 };
const TILE = {
  width: BLOCK.columns * WORKGROUP.width + 2,
  height: BLOCK.rows * WORKGROUP.height + 2,
};

/** The kernel `tiled`. */
export const tiled: ConvKernel = {
  name: "tiled",
  activations: "buffer",
  weights: "buffer",
  groupQuads: ({ outputQuads }) => Math.min(BLOCK.quads, outputQuads),
  shader: tiledShader,
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / (TILE.width - 2)),
    Math.ceil(height / (TILE.height - 2)),
    groupsOf(tiled, shape),
  ],
};

function tiledShader(shape: LayerShape): string {
  const { inputQuads, outputQuads, epilogue } = shape;
  const quads = tiled.groupQuads(shape);
  const groups = groupsOf(tiled, shape);
  const block = { ...BLOCK, quads };
  const slab = 36 * quads;
  const threads = WORKGROUP.width * WORKGROUP.height;
  const biasAt = groups * inputQuads * slab;
  const quadNames = Array.from({ length: quads }, (_, quad) => quad);
  const perQuad = (name: string, offset: number) =>
    quadNames.map((quad) =>
      `let ${name}${quad} = weights[${offset}u + min(output + ${quad}u, ${outputQuads - 1}u)];`
    );
  const loads = windowCells(block).map(({ name, row, column }) =>
    `let ${name} = tile[corner + ${row * TILE.width + column}u];`
  );
  const value = {
    linear: (sum: string) => sum,
    prelu: (sum: string, quad: number) =>
      `max(${sum}, vec4f()) + slopes${quad} * min(${sum}, vec4f())`,
    add: (sum: string) => `${sum} + skip[index]`,
  }[epilogue];
  const stores = accumulators(block).flatMap(({ name, row, column, quad }) => [
    `if (cell.x + ${column}u < plane.x && cell.y + ${row}u < plane.y && output + ${quad}u < ${outputQuads}u) {`,
    `  let index = ((output + ${quad}u) * plane.y + cell.y + ${row}u) * plane.x + cell.x + ${column}u;`,
    `  result[index] = ${value(name, quad)};`,
    "}",
  ]);
  return `@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> skip: array<vec4f>;
@group(0) @binding(4) var<uniform> plane: vec2u;

var<workgroup> tile: array<vec4f, ${TILE.width * TILE.height}>;
var<workgroup> slab: array<vec4f, ${slab}>;

@compute @workgroup_size(${WORKGROUP.width}, ${WORKGROUP.height})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let output = workgroup.z * ${quads}u;
  let origin = workgroup.xy * vec2u(${TILE.width - 2}, ${TILE.height - 2});
  let cell = origin + local.xy * vec2u(${BLOCK.columns}, ${BLOCK.rows});
  let corner = local.y * ${BLOCK.rows * TILE.width}u + local.x * ${BLOCK.columns}u;
  let last = vec2i(plane) - 1;
${indent(perQuad("bias", biasAt), 1)}
${epilogue === "prelu" ? indent(perQuad("slopes", biasAt + outputQuads), 1) + "\n" : ""}${
    indent(accumulators(block).map(({ name, quad }) => `var ${name} = bias${quad};`), 1)
  }
  for (var quad = 0u; quad < ${inputQuads}u; quad++) {
    workgroupBarrier();
    for (var i = lane; i < ${TILE.width * TILE.height}u; i += ${threads}u) {
      let wanted = vec2i(origin + vec2u(i % ${TILE.width}u, i / ${TILE.width}u)) - 1;
      let at = vec2u(clamp(wanted, vec2i(), last));
      tile[i] = source[(quad * plane.y + at.y) * plane.x + at.x];
    }
    for (var i = lane; i < ${slab}u; i += ${threads}u) {
      slab[i] = weights[(workgroup.z * ${inputQuads}u + quad) * ${slab}u + i];
    }
    workgroupBarrier();
${indent(loads, 2)}
${indent(multiplyAdds(block, (index) => `slab[${index}]`), 2)}
  }
${indent(stores, 1)}
}
`;
}
