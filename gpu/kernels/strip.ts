/**
 * The convolution that compiles fast and runs well on software adapters: a loop over input quads.
 *
 * Each thread computes 4 × 4 cells of one output quad. Activations *and* weights are read from read-only storage
 * textures, which llvmpipe inlines and vectorises where a buffer load is done lane by lane; a window of 6 × 6 cells
 * and 36 weights serve 576 multiply-adds of `vec4f` each time round.
 *
 * @module
 */

import { accumulators, type CellBlock, indent, multiplyAdds, windowCells } from "./cell_block.ts";
import { END_KINDS, endFunctions, endOf, endsOf } from "./epilogue.ts";
import { type ConvKernel, groupsOf, type LayerShape } from "./conv_kernel.ts";

const BLOCK: CellBlock = { columns: 4, rows: 4, quads: 1 };
const WORKGROUP = { width: 8, height: 8 };

/** The kernel `strip`. */
export const strip: ConvKernel = {
  name: "strip",
  activations: "texture",
  weights: "texture",
  groupQuads: () => BLOCK.quads,
  shader: stripShader,
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / (BLOCK.columns * WORKGROUP.width)),
    Math.ceil(height / (BLOCK.rows * WORKGROUP.height)),
    groupsOf(strip, shape),
  ],
};

function stripShader({ inputQuads, outputQuads, epilogue }: LayerShape): string {
  const weightRows = outputQuads * inputQuads;
  const coordinates = (name: string, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `let ${name}${i} = clamp(first.${name} + ${i - 1}, 0, last.${name});`,
    );
  const loads = windowCells(BLOCK).map(({ name, row, column }) =>
    `let ${name} = textureLoad(source, vec2i(x${column}, y${row}), quad);`
  );
  const ends = endsOf(epilogue).map((kind) => {
    const row = weightRows + END_KINDS.indexOf(kind);
    return `let ${kind} = textureLoad(weights, vec2i(output, ${row}));`;
  });
  // What is stored outside the plane is never read, and outside the texture it is discarded: no test is needed.
  const stores = accumulators(BLOCK).map(({ name, row, column }) => {
    const at = `first + vec2i(${column}, ${row})`;
    const skip = `textureLoad(skip, ${at}, output)`;
    const value = endOf(epilogue, { sum: name, slopes: "slopes", shifts: "shifts", skip });
    return `textureStore(result, ${at}, output, ${value});`;
  });
  return `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var result: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var weights: texture_storage_2d<rgba32float, read>;
@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(4) var<uniform> plane: vec2u;

${endFunctions(epilogue)}@compute @workgroup_size(${WORKGROUP.width}, ${WORKGROUP.height})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let output = i32(id.z);
  let first = vec2i(id.xy) * vec2i(${BLOCK.columns}, ${BLOCK.rows});
  let last = vec2i(plane) - 1;
${indent(coordinates("x", BLOCK.columns + 2), 1)}
${indent(coordinates("y", BLOCK.rows + 2), 1)}
${indent(ends, 1)}
${indent(accumulators(BLOCK).map(({ name }) => `var ${name} = bias;`), 1)}
  for (var quad = 0; quad < ${inputQuads}; quad++) {
    let row = output * ${inputQuads} + quad;
${indent(loads, 2)}
${indent(multiplyAdds(BLOCK, (index) => `textureLoad(weights, vec2i(${index}, row))`), 2)}
  }
${indent(stores, 1)}
}
`;
}
