// The gradient of the logarithm of each patch's mean squared error, in place of the one that `loss.wgsl` wrote.
//
// Threads lie as there. Each workgroup first adds up the squares that all columns of its patch left in `partials`, so this
// runs after `loss.wgsl`; where another loss is minimised it leaves the gradient alone.

// Keeps patches that are restored all but perfectly from outweighing all others.
const LEAST_ERROR = 1e-6;
const PSNR = 3u;

const COLUMNS = 16u;
const ROWS = 8u;
const LANES = COLUMNS * ROWS;

struct Options {
  loss: u32,
  // 1 / number of samples of the batch.
  scale: f32,
}

@group(0) @binding(0) var output: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var residual: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var gradient: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(3) var<storage, read> partials: array<vec2f>;
@group(0) @binding(4) var<uniform> options: Options;

var<workgroup> laneSquares: array<f32, LANES>;
var<workgroup> squares: f32;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  if (options.loss != PSNR) { return; }
  let size = textureDimensions(output).x;
  var sum = 0.0;
  for (var other = lane; other < size; other += LANES) { sum += partials[group.y * size + other].y; }
  laneSquares[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < LANES; other++) { sum += laneSquares[other]; }
    squares = sum;
  }
  workgroupBarrier();
  let column = group.x * COLUMNS + local.x;
  if (column >= size) { return; }
  let error = squares * options.scale * f32(groups.y);
  let factor = 2 * options.scale / (error + LEAST_ERROR);
  let quads = textureNumLayers(output) / groups.y;
  for (var y = local.y; y < size; y += ROWS) {
    for (var quad = 0u; quad < quads; quad++) {
      let layer = group.y * quads + quad;
      let at = vec2u(column, y);
      let difference = textureLoad(output, at, layer) - textureLoad(residual, at, layer);
      textureStore(gradient, at + 2u, layer, factor * difference);
    }
  }
}
