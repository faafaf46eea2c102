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

import type { UnrolledOptions } from "./unrolled.ts";

const AXES = ["x", "y", "z", "w"] as const;

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

/**
 * Writes the shader. Bindings and dispatch are those of `unrolledShader`, with two differences: a thread stands for 2×2
 * pixels, and weights are `[group][inputQuad][4][16 values][groupQuads]`, see {@link transformFilter}.
 */
export function winogradShader(options: UnrolledOptions): string {
  const { inputQuads, outputQuads, epilogue, edges = "replicate", extent = "texture" } = options;
  const quads = winogradGroupQuads(options);
  const groups = Math.ceil(outputQuads / quads);
  const slab = inputQuads * 4 * WINOGRAD_TAPS * quads;
  const { width, height } = options.workgroup ?? WINOGRAD_WORKGROUP;
  const threads = width * height;
  const lines: string[] = [];
  const four = [0, 1, 2, 3];
  for (const r of four) {
    for (const c of four) {
      lines.push(`  let d${r}${c} = textureLoad(source, vec2u(c${c}, r${r}), layer);`);
    }
  }
  for (const c of four) {
    lines.push(`  let t0${c} = d0${c} - d2${c};`);
    lines.push(`  let t1${c} = d1${c} + d2${c};`);
    lines.push(`  let t2${c} = d2${c} - d1${c};`);
    lines.push(`  let t3${c} = d1${c} - d3${c};`);
  }
  for (const r of four) {
    const v = [`t${r}0 - t${r}2`, `t${r}1 + t${r}2`, `t${r}2 - t${r}1`, `t${r}1 - t${r}3`];
    for (const c of four) {
      const p = r * 4 + c;
      lines.push(`  let v${p} = ${v[c]};`);
      for (let i = 0; i < 4; i++) {
        for (let o = 0; o < quads; o++) {
          const weight = `staged[first + ${(i * WINOGRAD_TAPS + p) * quads + o}u]`;
          lines.push(`  m${p}_${o} = fma(vec4f(v${p}.${AXES[i]}), ${weight}, m${p}_${o});`);
        }
      }
    }
  }
  const calls = Array.from(
    { length: inputQuads },
    (_, quad) => `  accumulate(layer + ${quad}u, ${quad * 4 * WINOGRAD_TAPS * quads}u);`,
  );
  const outputs = Array.from({ length: quads }, (_, o) => o);
  const sums = outputs.flatMap((o) => Array.from({ length: 16 }, (_, p) => `m${p}_${o}`));
  const finish = outputs.flatMap((o) => {
    const layer = `image * ${outputQuads}u + group * ${quads}u + ${o}u`;
    const out: string[] = [];
    for (const c of four) {
      out.push(`    let s0${c} = m${c}_${o} + m${4 + c}_${o} + m${8 + c}_${o};`);
      out.push(`    let s1${c} = m${4 + c}_${o} - m${8 + c}_${o} - m${12 + c}_${o};`);
    }
    for (const r of [0, 1]) {
      for (const c of [0, 1]) {
        const sum = c === 0 ? `s${r}0 + s${r}1 + s${r}2` : `s${r}1 - s${r}2 - s${r}3`;
        out.push(`    let y${r}${c} = bias${o} + ${sum};`);
        const at = `pixel + vec2u(${c}u, ${r}u)`;
        const value = {
          linear: `y${r}${c}`,
          prelu: `max(y${r}${c}, vec4f()) + slope${o} * min(y${r}${c}, vec4f())`,
          add: `y${r}${c} + textureLoad(skip, ${at}, ${layer})`,
        }[epilogue];
        out.push(`    textureStore(target_, ${at}, ${layer}, ${value});`);
      }
    }
    const block = ["  {", ...out, "  }"];
    return outputQuads % quads === 0
      ? block
      : [`  if (group * ${quads}u + ${o}u < ${outputQuads}u)`, ...block];
  });
  const perOutput = (offset: number, o: number) =>
    `weights[${groups * slab + offset}u + min(group * ${quads}u + ${o}u, ${outputQuads - 1}u)]`;
  const coordinates = (name: string, axis: "x" | "y") =>
    edges === "border" ? four.map((k) => `  ${name}${k} = pixel.${axis} + ${k}u;`) : [
      `  ${name}0 = min(max(pixel.${axis}, 1u) - 1u, size.${axis} - 1u);`,
      ...[1, 2, 3].map((k) => `  ${name}${k} = min(pixel.${axis} + ${k - 1}u, size.${axis} - 1u);`),
    ];
  return `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var target_: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
${
    epilogue === "add"
      ? "@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;\n"
      : ""
  }${extent === "uniform" ? "@group(0) @binding(4) var<uniform> plane: vec2u;\n" : ""}
var<workgroup> staged: array<vec4f, ${slab}>;
${four.map((k) => `var<private> c${k}: u32;\nvar<private> r${k}: u32;`).join("\n")}
${sums.map((name) => `var<private> ${name}: vec4f;`).join("\n")}

// Adds one input quad to the sums. Called with literal arguments and inlined, so the indices are literal, too.
fn accumulate(layer: u32, first: u32) {
${lines.join("\n")}
}

@compute @workgroup_size(${width}, ${height})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.z % ${groups}u;
  let image = workgroup.z / ${groups}u;
  for (var i = lane; i < ${slab}u; i += ${threads}u) {
    staged[i] = weights[group * ${slab}u + i];
  }
  workgroupBarrier();
  let size = ${extent === "uniform" ? "plane" : "textureDimensions(target_)"};
  let layer = image * ${inputQuads}u;
  let pixel = id.xy * 2u;
${coordinates("c", "x").join("\n")}
${coordinates("r", "y").join("\n")}
${calls.join("\n")}
${outputs.map((o) => `  let bias${o} = ${perOutput(0, o)};`).join("\n")}
${
    epilogue === "prelu"
      ? outputs.map((o) => `  let slope${o} = ${perOutput(outputQuads, o)};`).join("\n")
      : ""
  }
${finish.join("\n")}
}
`;
}
