// What the shaders that cut crops out of the tiles share; put in front of `gather.wgsl`, `coder_gather.wgsl` and
// `lossy_gather.wgsl`.
//
// One thread a cell of a patch. A crop is `cell × patch` pixels large before its symmetry is applied: bit 0 mirrors x,
// bit 1 mirrors y, bit 2 swaps the axes. Its pixels lie `spacing` pixels of the tile apart: with 2, it is cut out of the
// photo thinned out 2×2 without smoothing, which is what the coarse step of ratios 8 and 16 sees. The fixed interpolation
// is taken inside the patch with replicated edges, exactly as a whole image is restored.

struct Crop { layer: u32, x: u32, y: u32, symmetry: u32, spacing: u32, tolerance: u32 }
struct Tap { phase: u32, dx: i32, dy: i32, weight: f32 }
struct Shape {
  cell: vec2u,
  patchSize: u32,
  kept: u32,
  missing: u32,
  taps: u32,
  inputQuads: u32,
  targetQuads: u32,
  keptAt: array<vec4u, 4>,
  missingAt: array<vec4u, 4>,
}

@group(0) @binding(0) var tiles: texture_2d_array<u32>;
@group(0) @binding(1) var<storage, read> crops: array<Crop>;
@group(0) @binding(2) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> taps: array<Tap>;
// What the network is given.
@group(0) @binding(4) var input: texture_storage_2d_array<rgba32float, write>;
// What its output is held against.
@group(0) @binding(5) var targets: texture_storage_2d_array<rgba32float, write>;

fn placeAt(crop: Crop, pixel: vec2u) -> vec2u {
  let extent = shape.cell * shape.patchSize;
  var at = pixel;
  if ((crop.symmetry & 1u) != 0u) { at.x = extent.x - 1u - at.x; }
  if ((crop.symmetry & 2u) != 0u) { at.y = extent.y - 1u - at.y; }
  if ((crop.symmetry & 4u) != 0u) { at = at.yx; }
  let limit = textureDimensions(tiles) - 1u;
  return min(at * crop.spacing + vec2u(crop.x, crop.y), limit);
}

fn samplesAt(crop: Crop, pixel: vec2u) -> vec3u {
  return textureLoad(tiles, placeAt(crop, pixel), crop.layer, 0).xyz;
}

fn keptPixel(cell: vec2i, phase: u32) -> vec2u {
  let inside = vec2u(clamp(cell, vec2i(), vec2i(i32(shape.patchSize) - 1)));
  return inside * shape.cell + shape.keptAt[phase].xy;
}

fn missingPixel(cell: vec2u, phase: u32) -> vec2u {
  return cell * shape.cell + shape.missingAt[phase].xy;
}

alias Channels = array<f32, 16>;

fn setColour(channels: ptr<function, Channels>, phase: u32, colour: vec3f) {
  for (var c = 0u; c < 3u; c++) { channels[phase * 3u + c] = colour[c]; }
}

fn quadOf(channels: ptr<function, Channels>, quad: u32) -> vec4f {
  let at = quad * 4u;
  return vec4f(channels[at], channels[at + 1u], channels[at + 2u], channels[at + 3u]);
}

fn storeInput(id: vec3u, channels: ptr<function, Channels>) {
  for (var quad = 0u; quad < shape.inputQuads; quad++) {
    textureStore(input, id.xy, id.z * shape.inputQuads + quad, quadOf(channels, quad));
  }
}
