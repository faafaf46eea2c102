/**
 * The gradient of a convolution's weights, as far as partial sums: the kernel `columns`.
 *
 * Each thread owns one column of the patches and walks down its rows, holding the products of one input quad and a group of
 * output quads for all nine taps in registers (or, on a software adapter, in the first-level cache). Rows are taken
 * `rows` at a time, so that an accumulator is loaded and stored once for that many products. One partial sum a column
 * goes to `partials`; `reduce.wgsl` adds them up.
 * WGSL has neither unrolled loops nor arrays of registers, hence this generator.
 *
 * @module
 */

/** Shape of the generated kernel. */
export interface BackwardWeightsOptions {
  /** Quads of the layer's input. */
  readonly inputQuads: number;
  /** Quads of the layer's output. */
  readonly outputQuads: number;
  /** Output quads a thread accumulates. */
  readonly group: number;
  /** Rows taken at a time. */
  readonly rows: number;
  /** Columns, and so threads, of a workgroup. */
  readonly columns: number;
}

const AXES = ["x", "y", "z", "w"] as const;

/**
 * Writes the shader.
 *
 * | binding | what | layout |
 * |---|---|---|
 * | 0 | `input` | the layer's input, `[image × inputQuads + quad]` layers of n×n |
 * | 1 | `gradient` | gradient of its output with a border of two zero pixels, `[image × outputQuads + quad]` layers of (n+4)×(n+4) |
 * | 2 | `partials` | `[column][inputQuad][group][9 taps][4 inputs][quads of group]` of `vec4f` over outputs |
 *
 * Dispatch `ceil(n / columns)`, `inputQuads × groups`, 1.
 */
export function backwardWeightsShader(options: BackwardWeightsOptions): string {
  const { inputQuads, outputQuads, group, rows, columns } = options;
  const groups = Math.ceil(outputQuads / group);
  const indices = (count: number) => Array.from({ length: count }, (_, index) => index);
  const accumulators: string[] = [];
  for (const t of indices(9)) {
    for (const c of indices(4)) {
      for (const o of indices(group)) accumulators.push(`a${t}_${c}_${o}`);
    }
  }
  const loadRow = (row: number, y: string) =>
    indices(3).map((t) => `x${row}_${t} = textureLoad(input, vec2u(c${t}, ${y}), inputLayer);`)
      .join("\n      ");
  const products: string[] = [];
  for (const t of indices(9)) {
    for (const c of indices(4)) {
      for (const o of indices(group)) {
        for (const r of indices(rows)) {
          const x = `x${r + Math.floor(t / 3)}_${t % 3}.${AXES[c]}`;
          products.push(`a${t}_${c}_${o} = fma(vec4f(${x}), d${r}_${o}, a${t}_${c}_${o});`);
        }
      }
    }
  }
  const gradients = indices(rows).flatMap((r) =>
    indices(group).map((o) =>
      `let d${r}_${o} = textureLoad(gradient, vec2u(column, y + ${r + 2}u), gradientLayer + ${o}u);`
    )
  );
  return `@group(0) @binding(0) var input: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var gradient: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(${columns})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
) {
  let size = textureDimensions(input).x;
  let images = textureNumLayers(input) / ${inputQuads}u;
  let inputQuad = workgroup.y / ${groups}u;
  let group = workgroup.y % ${groups}u;
  // Columns past the image read the gradient's border, which is zero.
  let column = min(id.x + 2u, size + 3u);
  let c0 = min(max(id.x, 1u) - 1u, size - 1u);
  let c1 = min(id.x, size - 1u);
  let c2 = min(id.x + 1u, size - 1u);
${accumulators.map((name) => `  var ${name} = vec4f();`).join("\n")}
${indices(rows + 2).flatMap((r) => indices(3).map((t) => `  var x${r}_${t} = vec4f();`)).join("\n")}
  for (var image = 0u; image < images; image++) {
    let inputLayer = image * ${inputQuads}u + inputQuad;
    let gradientLayer = image * ${outputQuads}u + group * ${group}u;
      ${loadRow(0, "0u")}
      ${loadRow(1, "0u")}
    for (var y = 0u; y < size; y += ${rows}u) {
      ${indices(rows).map((r) => loadRow(r + 2, `min(y + ${r + 1}u, size - 1u)`)).join("\n      ")}
      ${gradients.join("\n      ")}
      ${products.join("\n      ")}
      ${
    indices(2).flatMap((r) => indices(3).map((t) => `x${r}_${t} = x${r + rows}_${t};`)).join(
      "\n      ",
    )
  }
    }
  }
  if (id.x >= size) { return; }
  let slot = ((id.x * ${inputQuads}u + inputQuad) * ${groups}u + group)
    * ${accumulators.length}u;
${accumulators.map((name, index) => `  partials[slot + ${index}u] = ${name};`).join("\n")}
}
`;
}
