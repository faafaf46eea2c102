// Cuts the crops of a step out of the tiles: the network's input, and what its output should have been.
//
// One thread a cell of a patch. A crop is `cell × patch` pixels large before its symmetry is applied: bit 0 mirrors x,
// bit 1 mirrors y, bit 2 swaps the axes. Its pixels lie `spacing` pixels of the tile apart: with 2, it is cut out of the
// photo thinned out 2×2 without smoothing, which is what the coarse step of ratios 8 and 16 sees. The fixed interpolation is taken inside the patch with replicated edges, exactly
// as a whole image is restored; `residual` is the missing pixels minus it.

struct Crop { layer: u32, x: u32, y: u32, symmetry: u32, spacing: u32 }
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

@group(0) @binding(0) var tiles: texture_2d_array<u32>;
@group(0) @binding(1) var<storage, read> crops: array<Crop>;
@group(0) @binding(2) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> taps: array<Tap>;
@group(0) @binding(4) var input: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(5) var residual: texture_storage_2d_array<rgba32float, write>;

fn sample(crop: Crop, pixel: vec2u) -> vec3f {
  let extent = shape.cell * shape.patchSize;
  var at = pixel;
  if ((crop.symmetry & 1u) != 0u) { at.x = extent.x - 1u - at.x; }
  if ((crop.symmetry & 2u) != 0u) { at.y = extent.y - 1u - at.y; }
  if ((crop.symmetry & 4u) != 0u) { at = at.yx; }
  let limit = textureDimensions(tiles) - 1u;
  let place = min(at * crop.spacing + vec2u(crop.x, crop.y), limit);
  return vec3f(textureLoad(tiles, place, crop.layer, 0).xyz) / 255;
}

fn keptSample(crop: Crop, cell: vec2i, phase: u32) -> vec3f {
  let inside = vec2u(clamp(cell, vec2i(), vec2i(i32(shape.patchSize) - 1)));
  return sample(crop, inside * shape.cell + shape.keptAt[phase].xy);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  var values: array<f32, 16>;
  for (var phase = 0u; phase < shape.kept; phase++) {
    let colour = keptSample(crop, vec2i(id.xy), phase) - 0.5;
    values[phase * 3u] = colour.x;
    values[phase * 3u + 1u] = colour.y;
    values[phase * 3u + 2u] = colour.z;
  }
  for (var quad = 0u; quad < shape.inputQuads; quad++) {
    let at = quad * 4u;
    let texel = vec4f(values[at], values[at + 1u], values[at + 2u], values[at + 3u]);
    textureStore(input, id.xy, id.z * shape.inputQuads + quad, texel);
  }
  values = array<f32, 16>();
  for (var phase = 0u; phase < shape.missing; phase++) {
    var colour = sample(crop, id.xy * shape.cell + shape.missingAt[phase].xy);
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      colour -= tap.weight * keptSample(crop, vec2i(id.xy) + vec2i(tap.dx, tap.dy), tap.phase);
    }
    values[phase * 3u] = colour.x;
    values[phase * 3u + 1u] = colour.y;
    values[phase * 3u + 2u] = colour.z;
  }
  for (var quad = 0u; quad < shape.outputQuads; quad++) {
    let at = quad * 4u;
    let texel = vec4f(values[at], values[at + 1u], values[at + 2u], values[at + 3u]);
    textureStore(residual, id.xy, id.z * shape.outputQuads + quad, texel);
  }
}
