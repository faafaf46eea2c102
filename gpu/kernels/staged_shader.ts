/**
 * What the straight-line kernels for software adapters share: activations in storage textures, weights staged in
 * workgroup memory, a function that adds one input quad to the sums, and an epilogue for every output quad.
 *
 * @module
 */

/** What a generated convolution computes, and on what shape. */
export interface StagedOptions {
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
  /** Threads of a workgroup. Default: the kernel's own. */
  readonly workgroup?: { readonly width: number; readonly height: number };
  /**
   * Threads that a row of the output takes, or `extent` to find it from the output's width. Given it, threads are numbered
   * through the whole output along x, row by row, so that no vector of lanes is cut short at a row's end. Default:
   * threads lie in x and y as their pixels do.
   */
  readonly rowThreads?: number | "extent";
  /**
   * Images that a workgroup computes, one after the other along its threads, and how many threads each takes. Small images
   * then share the weights that a workgroup stages. Only with `rowThreads` as a number; the images of a dispatch must be
   * a multiple. Default: one image, however many workgroups it takes.
   */
  readonly images?: { readonly count: number; readonly threads: number };
}

/** What one kernel puts into the frame. */
export interface StagedParts {
  /** Output quads that a workgroup computes. */
  readonly quads: number;
  /** Values that a filter is stored as. */
  readonly taps: number;
  /** Threads of a workgroup. */
  readonly workgroup: { readonly width: number; readonly height: number };
  /** The rectangle of pixels that a thread computes. */
  readonly cells: { readonly columns: number; readonly rows: number };
  /** Names of the sums, `vec4f`, which begin as zero. */
  readonly sums: readonly string[];
  /** Statements that add the input quad at texture layer `layer`, its weights from `staged[first]` on. */
  readonly accumulate: readonly string[];
  /** The statements before, and the expression of, the convolution's value at pixel (x, y) of a thread's rectangle. */
  readonly value: (place: { quad: number; x: number; y: number }) => {
    readonly before: readonly string[];
    readonly value: string;
  };
}

/** `vec4f` of workgroup memory that kernels ask for at most: 32 KiB. */
export const STAGED_ROOM = 2048;

/**
 * `vec4f` that a workgroup stages of `slab` weights and of `ends`, biases and slopes: the latter only if there is room.
 * From anywhere else they are loaded lane by lane, as their index is no literal.
 */
export function stagedVectors({ slab, ends }: { slab: number; ends: number }): number {
  return slab + ends <= STAGED_ROOM ? slab + ends : slab;
}

/** The four parts of a `vec4f`. */
export const AXES = ["x", "y", "z", "w"] as const;

/** 0, 1, … up to `length`. */
export function indices(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/**
 * Writes the shader.
 *
 * Bindings of group 0:
 *
 * | binding | what | layout |
 * |---|---|---|
 * | 0 | `source` | `texture_storage_2d_array<rgba32float, read>`, layer = image × inputQuads + quad |
 * | 1 | `target` | `texture_storage_2d_array<rgba32float, write>`, layer = image × outputQuads + quad |
 * | 2 | `weights` | `[group][inputQuad][4][taps][quads]` of `vec4f` over outputs, then `[outputQuads]` bias, then `[outputQuads]` slopes |
 * | 3 | `skip` | as `target`, read-only; only with the epilogue `add` |
 * | 4 | `plane` | uniform `vec2u`, width and height of the output; only with `extent: "uniform"` |
 *
 * Dispatch as many workgroups as cover the output in x and y, and images × groups in z, or images / `images.count` × groups. The coordinates of the pixels
 * that a thread reads are `c0`, `c1`, … and `r0`, `r1`, …, from one before its first to one after its last.
 */
export function stagedShader(options: StagedOptions, parts: StagedParts): string {
  const { inputQuads, outputQuads, epilogue, extent = "texture" } = options;
  const { quads, taps, workgroup: { width, height }, cells, sums, accumulate } = parts;
  const groups = Math.ceil(outputQuads / quads);
  const perQuad = 4 * taps * quads;
  const slab = inputQuads * perQuad;
  const columns = indices(cells.columns + 2).map((k) => `c${k}`);
  const rows = indices(cells.rows + 2).map((k) => `r${k}`);
  const outputs = indices(quads);
  const ends = quads * (epilogue === "prelu" ? 2 : 1);
  const staged = stagedVectors({ slab, ends });
  const endAt = (kind: string, quad: string) =>
    `weights[${groups * slab}u + ${kind} * ${outputQuads}u + min(group * ${quads}u + ${quad}, ${
      outputQuads - 1
    }u)]`;
  const perOutput = (kind: number, quad: number) =>
    staged > slab ? `staged[${slab + kind * quads + quad}u]` : endAt(`${kind}u`, `${quad}u`);
  const stageEnds = `if (lane < ${ends}u) {
    staged[${slab}u + lane] = ${endAt(`lane / ${quads}u`, `lane % ${quads}u`)};
  }
  `;
  const skip = "@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;\n";
  return `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var target_: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
${epilogue === "add" ? skip : ""}${
    extent === "uniform" ? "@group(0) @binding(4) var<uniform> plane: vec2u;\n" : ""
  }
var<workgroup> staged: array<vec4f, ${staged}>;
${[...columns, ...rows].map((name) => `var<private> ${name}: u32;`).join("\n")}
${sums.map((name) => `var<private> ${name}: vec4f;`).join("\n")}

// Adds one input quad to the sums. Called with literal arguments and inlined, so the indices are literal, too.
fn accumulate(layer: u32, first: u32) {
${lines(accumulate, 1)}
}

@compute @workgroup_size(${width}, ${height})
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.z % ${groups}u;
  let image = ${imageOf(options, groups)};
  for (var i = lane; i < ${slab}u; i += ${width * height}u) {
    staged[i] = weights[group * ${slab}u + i];
  }
  ${staged > slab ? stageEnds : ""}workgroupBarrier();
  let size = ${extent === "uniform" ? "plane" : "textureDimensions(target_)"};
  let layer = image * ${inputQuads}u;
  let pixel = ${threadOf(options, cells)} * vec2u(${cells.columns}u, ${cells.rows}u);
${lines(coordinates(options, { names: columns, axis: "x" }), 1)}
${lines(coordinates(options, { names: rows, axis: "y" }), 1)}
${lines(indices(inputQuads).map((q) => `accumulate(layer + ${q}u, ${q * perQuad}u);`), 1)}
${lines(outputs.map((quad) => `let bias${quad} = ${perOutput(0, quad)};`), 1)}
${
    epilogue === "prelu"
      ? lines(outputs.map((quad) => `let slope${quad} = ${perOutput(1, quad)};`), 1)
      : ""
  }
${outputs.map((quad) => finishQuad(quad, { options, parts })).join("\n")}
}
`;
}

/** The image that a thread works on. */
function imageOf({ images }: StagedOptions, groups: number): string {
  const first = `workgroup.z / ${groups}u`;
  if (!images) return first;
  // Threads that fill up the last vector repeat one of the last image.
  const { count, threads } = images;
  return `${first} * ${count}u + min(lane / ${threads}u, ${count - 1}u)`;
}

/** Where a thread lies among those that cover the output. */
function threadOf(
  { rowThreads, images }: StagedOptions,
  cells: { readonly columns: number },
): string {
  if (rowThreads === undefined) return "id.xy";
  const across = rowThreads === "extent"
    ? `((size.x + ${cells.columns - 1}u) / ${cells.columns}u)`
    : `${rowThreads}u`;
  const thread = images ? `(lane % ${images.threads}u)` : "id.x";
  return `vec2u(${thread} % ${across}, ${thread} / ${across})`;
}

function coordinates(
  { edges }: StagedOptions,
  { names, axis }: { names: readonly string[]; axis: "x" | "y" },
): string[] {
  return names.map((name, k) => {
    if (edges === "border") return `${name} = pixel.${axis} + ${k}u;`;
    const inside = k === 0 ? `max(pixel.${axis}, 1u) - 1u` : `pixel.${axis} + ${k - 1}u`;
    return `${name} = min(${inside}, size.${axis} - 1u);`;
  });
}

/** Brings the sums of one output quad back, applies the epilogue, and stores every pixel of the thread's rectangle. */
function finishQuad(
  quad: number,
  { options, parts }: { options: StagedOptions; parts: StagedParts },
): string {
  const { outputQuads, epilogue } = options;
  const { quads, cells: { columns, rows } } = parts;
  const layer = `image * ${outputQuads}u + group * ${quads}u + ${quad}u`;
  const statements = indices(columns * rows).flatMap((index) => {
    const [x, y] = [index % columns, Math.floor(index / columns)];
    const at = `pixel + vec2u(${x}u, ${y}u)`;
    const sum = `y${y}${x}`;
    const { before, value } = parts.value({ quad, x, y });
    const result = {
      linear: sum,
      prelu: `max(${sum}, vec4f()) + slope${quad} * min(${sum}, vec4f())`,
      add: `${sum} + textureLoad(skip, ${at}, ${layer})`,
    }[epilogue];
    return [
      ...before,
      `let ${sum} = bias${quad} + ${value};`,
      `textureStore(target_, ${at}, ${layer}, ${result});`,
    ];
  });
  const isWhole = outputQuads % quads === 0;
  const guard = isWhole ? "" : `if (group * ${quads}u + ${quad}u < ${outputQuads}u) `;
  return lines([`${guard}{`, ...statements.map((text) => `  ${text}`), "}"], 1);
}

function lines(texts: readonly string[], depth: number): string {
  return texts.map((text) => "  ".repeat(depth) + text).join("\n");
}
