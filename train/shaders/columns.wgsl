// What the losses share; put in front of `loss.wgsl`, `psnr_gradient.wgsl` and `coder_loss.wgsl`.
//
// A workgroup takes 16 columns of a patch, eight threads a column: each walks down every eighth row, and the first adds
// their sums up, so that graphics processors have enough threads and none of them a long way. The gradient is written into
// a texture with a border of two zero pixels (see `backward_weights.ts`), and one pair of sums a column into `partials`.

const COLUMNS = 16u;
const ROWS = 8u;

// 1 / number of samples of the batch.
override SHARE: f32;

@group(0) @binding(0) var output: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var targets: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var gradient: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

var<workgroup> rowSums: array<vec2f, COLUMNS * ROWS>;

// Adds up what the threads of each column have. Every thread of the workgroup must come here.
fn addRows(group: vec2u, local: vec2u, sums: vec2f) {
  rowSums[local.y * COLUMNS + local.x] = sums;
  workgroupBarrier();
  let size = textureDimensions(output).x;
  let column = group.x * COLUMNS + local.x;
  if (local.y > 0u || column >= size) { return; }
  var total = sums;
  for (var row = 1u; row < ROWS; row++) { total += rowSums[row * COLUMNS + local.x]; }
  partials[group.y * size + column] = total;
}
