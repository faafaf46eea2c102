/**
 * What the straight-line kernels for software adapters share: activations in storage textures, weights staged in
 * workgroup memory, a function that adds one input quad to the sums, and an epilogue for every output quad.
 *
 * @module
 */

import type { LayerShape } from "./conv_kernel.ts";
import { END_KINDS, endFunctions, type EndKind, endOf, endsOf, isAdding } from "./epilogue.ts";
import type { WorkgroupLimits } from "./workgroup_limits.ts";

/** One plane, whose size binding 4 tells; textures may be larger. Its edges replicate. */
export interface PlaneSurface {
  /** Which of the two it is. */
  readonly kind: "plane";
  /**
   * How threads lie: in x and y as their cells do, or numbered through the whole plane along x, row by row, so that no
   * vector of lanes is cut short at a row's end.
   */
  readonly threads: "grid" | "numbered";
}

/** Images of a batch, each as large as the target, their threads numbered through an image along x, row by row. */
export interface BatchSurface {
  /** Which of the two it is. */
  readonly kind: "batch";
  /**
   * How neighbours outside an image are found: with `replicate` their coordinates are clamped; with `border` the output
   * cell (x, y) reads the source cells (x … x + 2, y … y + 2) without any test, so the source must be two cells wider and
   * higher than the output.
   */
  readonly edges: "replicate" | "border";
  /** Threads that a row of the output takes. */
  readonly rowThreads: number;
  /**
   * Images that a workgroup computes, one after the other along its threads, and how many threads each takes. Small images
   * then share the weights that a workgroup stages; the images of a dispatch must be a multiple. Default: one image,
   * however many workgroups it takes.
   */
  readonly sharing?: { readonly images: number; readonly threads: number } | undefined;
}

/** What a generated convolution computes, and over what. */
export interface StagedOptions extends LayerShape {
  /** What it is computed over. */
  readonly surface: PlaneSurface | BatchSurface;
}

/** What one kernel puts into the frame. */
export interface StagedParts {
  /** Output quads that a workgroup computes. */
  readonly quads: number;
  /** Values that a filter is stored as. */
  readonly taps: number;
  /** Threads of a workgroup. */
  readonly workgroup: { readonly width: number; readonly height: number };
  /** `vec4f` of workgroup memory that there is room for. */
  readonly room: number;
  /** The rectangle of cells that a thread computes. */
  readonly cells: { readonly columns: number; readonly rows: number };
  /** Names of the sums, `vec4f`, which begin as zero. */
  readonly sums: readonly string[];
  /** Statements that add the input quad at texture layer `layer`, its weights from `staged[first]` on. */
  readonly accumulate: readonly string[];
  /** The statements before, and the expression of, the convolution's value at cell (x, y) of a thread's rectangle. */
  readonly value: (place: { quad: number; x: number; y: number }) => {
    readonly before: readonly string[];
    readonly value: string;
  };
}

/** `vec4f` of workgroup memory that kernels stage at most: 32 KiB. */
const MOST_ROOM = 2048;

/** `vec4f` of workgroup memory that a kernel may stage on a device. */
export function stagingRoom({ bytes }: WorkgroupLimits): number {
  return Math.min(MOST_ROOM, Math.floor(bytes / 16));
}

/**
 * `vec4f` that a workgroup stages of `slab` weights and of `ends`, what follows them for every output: the latter only if there is room.
 * From anywhere else they are loaded lane by lane, as their index is no literal.
 */
export function stagedVectors(
  { slab, ends, room }: { slab: number; ends: number; room: number },
): number {
  return slab + ends <= room ? slab + ends : slab;
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
 * | 2 | `weights` | `[group][inputQuad][4][taps][quads]` of `vec4f` over outputs, then `[outputQuads]` bias, slopes, and shifts of exact layers |
 * | 3 | `skip` | as `target`, read-only; only with an epilogue that adds |
 * | 4 | `plane` | uniform `vec2u`, width and height of the output; only over a plane |
 *
 * Dispatch as many workgroups as cover the output in x and y, and images × groups in z, or images / `sharing.images` ×
 * groups. The coordinates of the cells that a thread reads are `c0`, `c1`, … and `r0`, `r1`, …, from one before its first
 * to one after its last.
 */
export function stagedShader(options: StagedOptions, parts: StagedParts): string {
  const { inputQuads, outputQuads, epilogue, surface } = options;
  const { quads, taps, workgroup: { width, height }, room, cells, sums, accumulate } = parts;
  const isPlane = surface.kind === "plane";
  const groups = Math.ceil(outputQuads / quads);
  const perQuad = 4 * taps * quads;
  const slab = inputQuads * perQuad;
  const columns = indices(cells.columns + 2).map((k) => `c${k}`);
  const rows = indices(cells.rows + 2).map((k) => `r${k}`);
  const outputs = indices(quads);
  const kinds = endsOf(epilogue);
  const ends = quads * kinds.length;
  const staged = stagedVectors({ slab, ends, room });
  const endAt = (kind: string, quad: string) =>
    `weights[${groups * slab}u + ${kind} * ${outputQuads}u + min(group * ${quads}u + ${quad}, ${
      outputQuads - 1
    }u)]`;
  const perOutput = (kind: EndKind, quad: number) =>
    staged > slab
      ? `staged[${slab + kinds.indexOf(kind) * quads + quad}u]`
      : endAt(`${END_KINDS.indexOf(kind)}u`, `${quad}u`);
  // Shifts without slopes lie two rows behind the biases.
  const kindOfLane = kinds.includes("slopes") || kinds.length < 2
    ? `lane / ${quads}u`
    : `(2u * (lane / ${quads}u))`;
  const stageEnds = `if (lane < ${ends}u) {
    staged[${slab}u + lane] = ${endAt(kindOfLane, `lane % ${quads}u`)};
  }
  `;
  const skip = "@group(0) @binding(3) var skip: texture_storage_2d_array<rgba32float, read>;\n";
  return `@group(0) @binding(0) var source: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var target_: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
${isAdding(epilogue) ? skip : ""}${
    isPlane ? "@group(0) @binding(4) var<uniform> plane: vec2u;\n" : ""
  }
var<workgroup> staged: array<vec4f, ${staged}>;
${[...columns, ...rows].map((name) => `var<private> ${name}: u32;`).join("\n")}
${sums.map((name) => `var<private> ${name}: vec4f;`).join("\n")}

${
    endFunctions(epilogue)
  }// Adds one input quad to the sums. Called with literal arguments and inlined, so the indices are literal, too.
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
  let image = ${imageOf(surface, groups)};
  for (var i = lane; i < ${slab}u; i += ${width * height}u) {
    staged[i] = weights[group * ${slab}u + i];
  }
  ${staged > slab ? stageEnds : ""}workgroupBarrier();
  let size = ${isPlane ? "plane" : "textureDimensions(target_)"};
  let layer = image * ${inputQuads}u;
  let pixel = ${threadOf(surface, cells)} * vec2u(${cells.columns}u, ${cells.rows}u);
${lines(coordinates(surface, { names: columns, axis: "x" }), 1)}
${lines(coordinates(surface, { names: rows, axis: "y" }), 1)}
${lines(indices(inputQuads).map((q) => `accumulate(layer + ${q}u, ${q * perQuad}u);`), 1)}
${
    lines(
      kinds.flatMap((kind) =>
        outputs.map((quad) => `let ${kind}${quad} = ${perOutput(kind, quad)};`)
      ),
      1,
    )
  }
${outputs.map((quad) => finishQuad(quad, { options, parts })).join("\n")}
}
`;
}

/** The image that a thread works on. */
function imageOf(surface: StagedOptions["surface"], groups: number): string {
  const first = `workgroup.z / ${groups}u`;
  if (surface.kind === "plane" || !surface.sharing) return first;
  // Threads that fill up the last vector repeat one of the last image.
  const { images, threads } = surface.sharing;
  return `${first} * ${images}u + min(lane / ${threads}u, ${images - 1}u)`;
}

/** Where a thread lies among those that cover the output. */
function threadOf(
  surface: StagedOptions["surface"],
  cells: { readonly columns: number },
): string {
  if (surface.kind === "plane") {
    if (surface.threads === "grid") return "id.xy";
    const across = `((size.x + ${cells.columns - 1}u) / ${cells.columns}u)`;
    return `vec2u(id.x % ${across}, id.x / ${across})`;
  }
  const { rowThreads, sharing } = surface;
  const thread = sharing ? `(lane % ${sharing.threads}u)` : "id.x";
  return `vec2u(${thread} % ${rowThreads}u, ${thread} / ${rowThreads}u)`;
}

function coordinates(
  surface: StagedOptions["surface"],
  { names, axis }: { names: readonly string[]; axis: "x" | "y" },
): string[] {
  const hasBorder = surface.kind === "batch" && surface.edges === "border";
  return names.map((name, k) => {
    if (hasBorder) return `${name} = pixel.${axis} + ${k}u;`;
    const inside = k === 0 ? `max(pixel.${axis}, 1u) - 1u` : `pixel.${axis} + ${k - 1}u`;
    return `${name} = min(${inside}, size.${axis} - 1u);`;
  });
}

/** Brings the sums of one output quad back, applies the epilogue, and stores every cell of the thread's rectangle. */
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
    const result = endOf(epilogue, {
      sum,
      slopes: `slopes${quad}`,
      shifts: `shifts${quad}`,
      skip: `textureLoad(skip, ${at}, ${layer})`,
    });
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
