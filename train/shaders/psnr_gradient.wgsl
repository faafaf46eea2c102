// The gradient of the logarithm of each patch's mean squared error, in place of the one that `loss.wgsl` wrote.
//
// One thread a column of a patch, as there. Each first adds up the squares that all columns of its patch left in
// `partials`, so this runs after `loss.wgsl`; where another loss is minimised it leaves the gradient alone.

// Keeps patches that are restored all but perfectly from outweighing all others.
const LEAST_ERROR = 1e-6;
const PSNR = 3u;

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

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let size = textureDimensions(output).x;
  if (options.loss != PSNR || id.x >= size) { return; }
  var squares = 0.0;
  for (var column = 0u; column < size; column++) { squares += partials[id.y * size + column].y; }
  let error = squares * options.scale * f32(workgroups.y);
  let factor = 2 * options.scale / (error + LEAST_ERROR);
  let quads = textureNumLayers(output) / workgroups.y;
  for (var y = 0u; y < size; y++) {
    for (var quad = 0u; quad < quads; quad++) {
      let layer = id.y * quads + quad;
      let at = vec2u(id.x, y);
      let difference = textureLoad(output, at, layer) - textureLoad(residual, at, layer);
      textureStore(gradient, at + 2u, layer, factor * difference);
    }
  }
}
