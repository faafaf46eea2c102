// The gradient of a convolution's weights, as far as partial sums, for graphics processors.
//
// A workgroup computes all nine taps of a block of `inputQuads` × `outputQuads` quads, a thread for every input channel and
// output quad: 36 sums in registers, 256 threads for 32 × 32 channels. Nothing is added across threads. It walks down
// strips of up to 16 columns. For each row, the input's row below and the gradient's row are staged in workgroup memory,
// where rings of four and two rows make one barrier a row enough; each thread then slides a window of 3 × 3 cells along
// the row, so that three scalars and one vec4f read serve nine multiply-adds of vec4f. Lanes lie along input channels:
// scalars come from neighbouring banks, gradients are broadcast.
//
// A workgroup's share of the work is every `splits`-th piece of a strip; its sums become one partial sum, and
// `reduce.wgsl` adds these up in a fixed order.

// Of the batch and the layer.
override images: u32;
override layerInputQuads: u32;
override layerOutputQuads: u32;
// Of a block, which divides the layer.
override inputQuads: u32;
override outputQuads: u32;
// Columns of a strip, strips of a patch; rows of a piece, pieces of a strip.
override columns: u32;
override strips: u32;
override rows: u32;
override pieces: u32;

// Cells are an odd number of vec4f apart, so that lanes which stage neighbouring cells write to different banks.
override inputStride = inputQuads | 1u;
override gradientStride = outputQuads | 1u;
override inputRow = (columns + 2u) * inputStride;
override gradientRow = columns * gradientStride;
override inputRing = 4u * inputRow;
override gradientRing = 2u * gradientRow;

@group(0) @binding(0) var input: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var gradient: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

var<workgroup> inputs: array<vec4f, inputRing>;
var<workgroup> gradients: array<vec4f, gradientRing>;

// Stages row `y` of the input, edges replicated, whose rows count from −1 for the one above the patch.
fn stageInput(lane: u32, first: u32, y: u32, layer: u32) {
  let last = textureDimensions(input).x - 1u;
  let row = min(max(y, 1u) - 1u, last);
  for (var i = lane; i < (columns + 2u) * inputQuads; i += 4u * inputQuads * outputQuads) {
    let cell = i % (columns + 2u);
    let quad = i / (columns + 2u);
    let column = min(max(first + cell, 1u) - 1u, last);
    inputs[(y & 3u) * inputRow + cell * inputStride + quad] = textureLoad(input, vec2u(column, row), layer + quad);
  }
}

// Stages row `y` of the gradient; columns past the patch come from its border, which is zero.
fn stageGradient(lane: u32, first: u32, y: u32, layer: u32) {
  let last = textureDimensions(gradient).x - 1u;
  for (var i = lane; i < columns * outputQuads; i += 4u * inputQuads * outputQuads) {
    let cell = i % columns;
    let quad = i / columns;
    let column = min(first + cell + 2u, last);
    gradients[(y & 1u) * gradientRow + cell * gradientStride + quad] =
      textureLoad(gradient, vec2u(column, y + 2u), layer + quad);
  }
}

@compute @workgroup_size(4 * inputQuads, outputQuads)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  let size = textureDimensions(input).x;
  let inputQuad = workgroup.y % (layerInputQuads / inputQuads) * inputQuads;
  let outputQuad = workgroup.y / (layerInputQuads / inputQuads) * outputQuads;
  let quad = local.x / 4u;
  let axis = local.x % 4u;
  var s00 = vec4f();
  var s01 = vec4f();
  var s02 = vec4f();
  var s10 = vec4f();
  var s11 = vec4f();
  var s12 = vec4f();
  var s20 = vec4f();
  var s21 = vec4f();
  var s22 = vec4f();
  for (var piece = workgroup.x; piece < images * strips * pieces; piece += workgroups.x) {
    let image = piece / (strips * pieces);
    let first = piece % strips * columns;
    let begin = piece / strips % pieces * rows;
    let end = min(begin + rows, size);
    let inputLayer = image * layerInputQuads + inputQuad;
    let gradientLayer = image * layerOutputQuads + outputQuad;
    // All have read what the piece before staged.
    workgroupBarrier();
    stageInput(lane, first, begin, inputLayer);
    stageInput(lane, first, begin + 1u, inputLayer);
    for (var y = begin; y < end; y++) {
      stageInput(lane, first, y + 2u, inputLayer);
      stageGradient(lane, first, y, gradientLayer);
      workgroupBarrier();
      let above = (y & 3u) * inputRow + quad;
      let middle = ((y + 1u) & 3u) * inputRow + quad;
      let below = ((y + 2u) & 3u) * inputRow + quad;
      let deltas = (y & 1u) * gradientRow + local.y;
      var x00 = inputs[above][axis];
      var x01 = inputs[above + inputStride][axis];
      var x10 = inputs[middle][axis];
      var x11 = inputs[middle + inputStride][axis];
      var x20 = inputs[below][axis];
      var x21 = inputs[below + inputStride][axis];
      for (var cell = 0u; cell < columns; cell++) {
        let right = (cell + 2u) * inputStride;
        let x02 = inputs[above + right][axis];
        let x12 = inputs[middle + right][axis];
        let x22 = inputs[below + right][axis];
        let delta = gradients[deltas + cell * gradientStride];
        s00 = fma(vec4f(x00), delta, s00);
        s01 = fma(vec4f(x01), delta, s01);
        s02 = fma(vec4f(x02), delta, s02);
        s10 = fma(vec4f(x10), delta, s10);
        s11 = fma(vec4f(x11), delta, s11);
        s12 = fma(vec4f(x12), delta, s12);
        s20 = fma(vec4f(x20), delta, s20);
        s21 = fma(vec4f(x21), delta, s21);
        s22 = fma(vec4f(x22), delta, s22);
        x00 = x01;
        x01 = x02;
        x10 = x11;
        x11 = x12;
        x20 = x21;
        x21 = x22;
      }
    }
  }
  let slot = ((workgroup.x * layerInputQuads + inputQuad + quad) * layerOutputQuads + outputQuad + local.y) * 36u + axis;
  partials[slot] = s00;
  partials[slot + 4u] = s01;
  partials[slot + 8u] = s02;
  partials[slot + 12u] = s10;
  partials[slot + 16u] = s11;
  partials[slot + 20u] = s12;
  partials[slot + 24u] = s20;
  partials[slot + 28u] = s21;
  partials[slot + 32u] = s22;
}
