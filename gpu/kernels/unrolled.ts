/**
 * The convolution for software adapters: the whole reduction unrolled into straight-line code.
 *
 * Each thread computes one pixel and up to sixteen output channels. Activations are read from a read-only storage
 * texture (inlined and vectorised by llvmpipe, where a buffer load is done lane by lane); weights are staged
 * once a workgroup into workgroup memory and read at literal indices, which fold into the multiplication.
 * WGSL cannot unroll a loop, hence this generator. It writes one function for an input quad and calls it with literal
 * arguments for each: drivers inline functions, so they see straight-line code, while the text stays short and is
 * translated twenty times faster than if the quads were written out.
 *
 * @module
 */

/** What the generated shader computes, and on what shape. */
export interface UnrolledOptions {
  /** Input channels divided by four, rounded up. */
  readonly inputQuads: number;
  /** Output channels divided by four, rounded up. */
  readonly outputQuads: number;
  /** What follows the convolution: nothing, a PReLU, or the addition of `skip`. */
  readonly epilogue: "linear" | "prelu" | "add";
  /**
   * How neighbours outside the image are found. Default `replicate`: their coordinates are clamped. With `border`
   * the output pixel (x, y) reads the source pixels (x … x + 2, y … y + 2) without any test, so the source must be two
   * pixels wider and higher than the output.
   */
  readonly edges?: "replicate" | "border";
  /**
   * Where the output ends: with `texture` (the default) it is as large as `target`; with `uniform`, binding 4 says
   * how large it is, and `target` may be larger.
   */
  readonly extent?: "texture" | "uniform";
  /** Pixels that one workgroup computes, a thread each. Default: {@link UNROLLED_WORKGROUP}. */
  readonly workgroup?: { readonly width: number; readonly height: number };
}

/** Output quads that one workgroup computes: bounded by accumulators (16) and by workgroup memory (18 KiB). */
export function groupQuads(options: { inputQuads: number; outputQuads: number }): number {
  const most = options.inputQuads <= 8 ? 4 : Math.max(1, Math.floor(32 / options.inputQuads));
  const groups = Math.ceil(options.outputQuads / most);
  return Math.ceil(options.outputQuads / groups);
}

/** Width and height of a workgroup, in pixels: large, so that staging the weights is paid by many pixels. */
export const UNROLLED_WORKGROUP = { width: 32, height: 16 } as const;

const AXES = ["x", "y", "z", "w"] as const;

/**
 * Writes the shader.
 *
 * Bindings of group 0:
 *
 * | binding | what | layout |
 * |---|---|---|
 * | 0 | `source` | `texture_storage_2d_array<rgba32float, read>`, layer = image × inputQuads + quad |
 * | 1 | `target` | `texture_storage_2d_array<rgba32float, write>`, layer = image × outputQuads + quad |
 * | 2 | `weights` | `[group][inputQuad][4][9 taps][groupQuads]` of `vec4f` over outputs, then `[outputQuads]` bias, then `[outputQuads]` slopes |
 * | 3 | `skip` | as `target`, read-only; only with the epilogue `add` |
 * | 4 | `plane` | uniform `vec2u`, width and height of the output; only with `extent: "uniform"` |
 *
 * Dispatch `ceil(width / workgroup.width)`, `ceil(height / workgroup.height)`, `images × groups`. The output is as
 * large as `target`.
 */
export function unrolledShader(options: UnrolledOptions): string {
  const { inputQuads, outputQuads, epilogue, edges = "replicate", extent = "texture" } = options;
  const quads = groupQuads(options);
  const groups = Math.ceil(outputQuads / quads);
  const slab = inputQuads * 4 * 9 * quads;
  const { width, height } = options.workgroup ?? UNROLLED_WORKGROUP;
  const threads = width * height;
  const lines: string[] = [];
  const taps = Array.from({ length: 9 }, (_, tap) => `x${tap}`);
  taps.forEach((name, tap) => {
    const at = `vec2u(c${tap % 3}, r${Math.floor(tap / 3)})`;
    lines.push(`  let ${name} = textureLoad(source, ${at}, layer);`);
  });
  for (let c = 0; c < 4; c++) {
    taps.forEach((name, tap) => {
      for (let o = 0; o < quads; o++) {
        const index = (c * 9 + tap) * quads + o;
        lines.push(`  a${o} = fma(vec4f(${name}.${AXES[c]}), staged[first + ${index}u], a${o});`);
      }
    });
  }
  const calls = Array.from(
    { length: inputQuads },
    (_, quad) => `  accumulate(layer + ${quad}u, ${quad * 36 * quads}u);`,
  );
  const outputs = Array.from({ length: quads }, (_, o) => o);
  const guard = (o: number, statement: string) =>
    outputQuads % quads === 0
      ? `  ${statement}`
      : `  if (group * ${quads}u + ${o}u < ${outputQuads}u) { ${statement} }`;
  const finish = outputs.map((o) => {
    const layer = `image * ${outputQuads}u + group * ${quads}u + ${o}u`;
    const value = {
      linear: `a${o}`,
      prelu: `max(a${o}, vec4f()) + s${o} * min(a${o}, vec4f())`,
      add: `a${o} + textureLoad(skip, id.xy, ${layer})`,
    }[epilogue];
    return guard(o, `textureStore(target_, id.xy, ${layer}, ${value});`);
  });
  const perOutput = (offset: number, o: number) =>
    `weights[${groups * slab + offset}u + min(group * ${quads}u + ${o}u, ${outputQuads - 1}u)]`;
  const coordinate = edges === "border"
    ? (v: string) => [`${v}`, `${v} + 1u`, `${v} + 2u`]
    : (v: string) => [`max(${v}, 1u) - 1u`, `${v}`, `min(${v} + 1u, size.${v.at(-1)} - 1u)`];
  const named = (name: string, values: string[]) =>
    values.map((value, index) => `  ${name}${index} = ${value};`);
  const coordinateNames = ["c0", "c1", "c2", "r0", "r1", "r2"];
  return `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var target_: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
${
    epilogue === "add"
      ? "@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;\n"
      : ""
  }${extent === "uniform" ? "@group(0) @binding(4) var<uniform> plane: vec2u;\n" : ""}
var<workgroup> staged: array<vec4f, ${slab}>;
${coordinateNames.map((name) => `var<private> ${name}: u32;`).join("\n")}
${outputs.map((o) => `var<private> a${o}: vec4f;`).join("\n")}

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
${named("c", coordinate("id.x")).join("\n")}
${named("r", coordinate("id.y")).join("\n")}
${outputs.map((o) => `  a${o} = ${perOutput(0, o)};`).join("\n")}
${
    epilogue === "prelu"
      ? outputs.map((o) => `  let s${o} = ${perOutput(outputQuads, o)};\n`).join("")
      : ""
  }${calls.join("\n")}
${finish.join("\n")}
}
`;
}
