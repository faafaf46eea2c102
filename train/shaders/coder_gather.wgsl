// Cuts the crops of a step out of the tiles for a coder network: its input, and what it is to predict.
//
// One thread a cell of a patch. Crops, symmetries and spacings are those of `gather.wgsl`. A crop has a tolerance t: every
// sample is replaced by the centre of its bin of 2t + 1 values, which is the sample itself where t is 0. `input` gets the
// kept phases and one plane of the logarithm of the bin width; `targets` two texels a missing phase, colours in the order
// G, R, B: their fixed interpolation and the tolerance, then the centres of their bins.

struct Crop { layer: u32, x: u32, y: u32, symmetry: u32, spacing: u32, tolerance: u32 }
struct Tap { phase: u32, dx: i32, dy: i32, weight: f32 }
struct Shape {
  cell: vec2u,
  patchSize: u32,
  kept: u32,
  missing: u32,
  taps: u32,
  inputQuads: u32,
  outputQuads: u32,
  keptAt: array<vec4u, 4>,
  missingAt: array<vec4u, 4>,
}

// See `coder_units.ts`.
override INPUT_CENTRE: f32;
override INPUT_UNIT: f32;
override WIDTH_UNIT: f32;

@group(0) @binding(0) var tiles: texture_2d_array<u32>;
@group(0) @binding(1) var<storage, read> crops: array<Crop>;
@group(0) @binding(2) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> taps: array<Tap>;
@group(0) @binding(4) var input: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(5) var targets: texture_storage_2d_array<rgba32float, write>;

// The centre of the bin of each colour; the last one may lie above 255. In integers: a quotient of floats may fall short.
fn centre(crop: Crop, pixel: vec2u) -> vec3f {
  let extent = shape.cell * shape.patchSize;
  var at = pixel;
  if ((crop.symmetry & 1u) != 0u) { at.x = extent.x - 1u - at.x; }
  if ((crop.symmetry & 2u) != 0u) { at.y = extent.y - 1u - at.y; }
  if ((crop.symmetry & 4u) != 0u) { at = at.yx; }
  let limit = textureDimensions(tiles) - 1u;
  let place = min(at * crop.spacing + vec2u(crop.x, crop.y), limit);
  let width = 2u * crop.tolerance + 1u;
  return vec3f((textureLoad(tiles, place, crop.layer, 0).xyz + crop.tolerance) / width * width);
}

fn kept(crop: Crop, cell: vec2i, phase: u32) -> vec3f {
  let inside = vec2u(clamp(cell, vec2i(), vec2i(i32(shape.patchSize) - 1)));
  return min(centre(crop, inside * shape.cell + shape.keptAt[phase].xy), vec3f(255));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  var values: array<f32, 8>;
  for (var phase = 0u; phase < shape.kept; phase++) {
    let colour = (kept(crop, vec2i(id.xy), phase) - INPUT_CENTRE) / INPUT_UNIT;
    values[phase * 3u] = colour.x;
    values[phase * 3u + 1u] = colour.y;
    values[phase * 3u + 2u] = colour.z;
  }
  values[shape.kept * 3u] = log2(f32(2u * crop.tolerance + 1u)) / WIDTH_UNIT;
  for (var quad = 0u; quad < shape.inputQuads; quad++) {
    let at = quad * 4u;
    let texel = vec4f(values[at], values[at + 1u], values[at + 2u], values[at + 3u]);
    textureStore(input, id.xy, id.z * shape.inputQuads + quad, texel);
  }
  for (var phase = 0u; phase < shape.missing; phase++) {
    var base = vec3f();
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      base += tap.weight * kept(crop, vec2i(id.xy) + vec2i(tap.dx, tap.dy), tap.phase);
    }
    let layer = (id.z * shape.missing + phase) * 2u;
    textureStore(targets, id.xy, layer, vec4f(base.yxz, f32(crop.tolerance)));
    let middle = centre(crop, id.xy * shape.cell + shape.missingAt[phase].xy);
    textureStore(targets, id.xy, layer + 1u, vec4f(middle.yxz, 0));
  }
}
