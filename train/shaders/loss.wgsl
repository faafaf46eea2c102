// The loss and its gradient with respect to the network's output.
//
// A workgroup takes 16 columns of a patch, eight threads a column: each walks down every eighth row, and the first adds
// their sums up, so that graphics processors have enough threads and none of them a long way. Writes the gradient into a
// texture with a border of two zero pixels (see `backward_weights.ts`) and one partial sum a column: (sum of
// |difference|, sum of squares). Padding channels contribute nothing: output and residual are both zero there.

const COLUMNS = 16u;
const ROWS = 8u;

struct Options {
  // 1 for the mean absolute error, 2 for the mean squared error; 3 as 2, for `psnr_gradient.wgsl` to replace the gradient.
  loss: u32,
  // 1 / number of samples of the batch.
  scale: f32,
}

@group(0) @binding(0) var output: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var residual: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var gradient: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;
@group(0) @binding(4) var<uniform> options: Options;

var<workgroup> rowSums: array<vec2f, COLUMNS * ROWS>;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let size = textureDimensions(output).x;
  let quads = textureNumLayers(output) / groups.y;
  let column = group.x * COLUMNS + local.x;
  var sums = vec2f();
  if (column < size) {
    for (var y = local.y; y < size; y += ROWS) {
      for (var quad = 0u; quad < quads; quad++) {
        let layer = group.y * quads + quad;
        let at = vec2u(column, y);
        let difference = textureLoad(output, at, layer) - textureLoad(residual, at, layer);
        sums += vec2f(dot(abs(difference), vec4f(1)), dot(difference, difference));
        let slope = select(2 * difference, sign(difference), options.loss == 1u);
        textureStore(gradient, at + 2u, layer, options.scale * slope);
      }
    }
  }
  rowSums[local.y * COLUMNS + local.x] = sums;
  workgroupBarrier();
  if (local.y > 0u || column >= size) { return; }
  for (var row = 1u; row < ROWS; row++) { sums += rowSums[row * COLUMNS + local.x]; }
  partials[group.y * size + column] = sums;
}
