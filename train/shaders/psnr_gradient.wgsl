// The gradient of the logarithm of each patch's mean squared error, in place of the one that `loss.wgsl` wrote.
//
// Follows `columns.wgsl`. Each workgroup first adds up the squares that all columns of its patch left in `partials`, so this
// runs after `loss.wgsl`; where another loss is minimised it leaves the gradient alone.

// Keeps patches that are restored all but perfectly from outweighing all others.
const LEAST_ERROR = 1e-6;
const PSNR = 3u;

const LANES = COLUMNS * ROWS;

@group(0) @binding(4) var<uniform> loss: u32;

var<workgroup> laneSquares: array<f32, LANES>;
var<workgroup> squares: f32;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  if (loss != PSNR) { return; }
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
  let error = squares * SHARE * f32(groups.y);
  let factor = 2 * SHARE / (error + LEAST_ERROR);
  let quads = textureNumLayers(output) / groups.y;
  for (var y = local.y; y < size; y += ROWS) {
    for (var quad = 0u; quad < quads; quad++) {
      let layer = group.y * quads + quad;
      let at = vec2u(column, y);
      let difference = textureLoad(output, at, layer) - textureLoad(targets, at, layer);
      textureStore(gradient, at + 2u, layer, factor * difference);
    }
  }
}
