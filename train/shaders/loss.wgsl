// The loss of a network that draws and its gradient with respect to the network's output: (sum of |difference|, sum of
// squares) a column. Follows `columns.wgsl`. Padding channels contribute nothing: output and targets are both zero there.

// 1 for the mean absolute error, 2 for the mean squared error; 3 as 2, for `psnr_gradient.wgsl` to replace the gradient.
@group(0) @binding(4) var<uniform> loss: u32;

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
        let difference = textureLoad(output, at, layer) - textureLoad(targets, at, layer);
        sums += vec2f(dot(abs(difference), vec4f(1)), dot(difference, difference));
        let slope = select(2 * difference, sign(difference), loss == 1u);
        textureStore(gradient, at + 2u, layer, SHARE * slope);
      }
    }
  }
  addRows(group.xy, local.xy, sums);
}
