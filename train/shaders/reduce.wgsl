// Adds the partial sums of a layer's gradients, and puts them where the optimiser looks.
//
// `reduceWeights`: `lanes` threads a vec4 over outputs, index = ((inputQuad × groups + group) × 36 + tap × 4 + input) × quads
// of a group. `reduceChannels`: `lanes` threads an output quad. Each lane adds every `lanes`-th partial sum, and the first
// adds up the lanes': always in the same order. One lane is best on software adapters; graphics processors have threads
// to spare, and neighbouring threads read neighbouring values.

override vectors = 64u;
override quads = 16u;
override lanes = 1u;
override weightLanes = vectors * lanes;
override channelLanes = 2u * quads * lanes;

struct Layer {
  inputs: u32,
  outputs: u32,
  inputQuads: u32,
  outputQuads: u32,
  groupQuads: u32,
  weightPartials: u32,
  channelPartials: u32,
  weightsAt: u32,
  biasAt: u32,
  // 0xffffffff where the layer has no PReLU.
  slopesAt: u32,
}

@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(2) var<uniform> layer: Layer;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;

var<workgroup> weightSums: array<vec4f, weightLanes>;
var<workgroup> channelSums: array<vec4f, channelLanes>;

@compute @workgroup_size(vectors, lanes)
fn reduceWeights(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let groups = (layer.outputQuads + layer.groupQuads - 1u) / layer.groupQuads;
  let count = layer.inputQuads * groups * 36u * layer.groupQuads;
  var sum = vec4f();
  if (id.x < count) {
    for (var partial = local.y; partial < layer.weightPartials; partial += lanes) {
      sum += partials[partial * count + id.x];
    }
  }
  if (lanes > 1u) {
    weightSums[local.y * vectors + local.x] = sum;
    workgroupBarrier();
    if (local.y > 0u) { return; }
    for (var lane = 1u; lane < lanes; lane++) { sum += weightSums[lane * vectors + local.x]; }
  }
  if (id.x >= count) { return; }
  let quadInGroup = id.x % layer.groupQuads;
  let tapAndInput = (id.x / layer.groupQuads) % 36u;
  let group = (id.x / (layer.groupQuads * 36u)) % groups;
  let inputQuad = id.x / (layer.groupQuads * 36u * groups);
  let input = inputQuad * 4u + tapAndInput % 4u;
  let output = (group * layer.groupQuads + quadInGroup) * 4u;
  if (input >= layer.inputs) { return; }
  for (var c = 0u; c < 4u; c++) {
    if (output + c < layer.outputs) {
      gradients[layer.weightsAt + ((output + c) * layer.inputs + input) * 9u + tapAndInput / 4u] = sum[c];
    }
  }
}

@compute @workgroup_size(quads, lanes)
fn reduceChannels(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  var bias = vec4f();
  var slopes = vec4f();
  if (id.x < layer.outputQuads) {
    for (var partial = local.y; partial < layer.channelPartials; partial += lanes) {
      let slot = (partial * layer.outputQuads + id.x) * 2u;
      bias += partials[slot];
      slopes += partials[slot + 1u];
    }
  }
  if (lanes > 1u) {
    let slot = local.y * quads + local.x;
    channelSums[2u * slot] = bias;
    channelSums[2u * slot + 1u] = slopes;
    workgroupBarrier();
    if (local.y > 0u) { return; }
    for (var lane = 1u; lane < lanes; lane++) {
      bias += channelSums[2u * (lane * quads + local.x)];
      slopes += channelSums[2u * (lane * quads + local.x) + 1u];
    }
  }
  if (id.x >= layer.outputQuads) { return; }
  for (var c = 0u; c < 4u; c++) {
    let output = id.x * 4u + c;
    if (output >= layer.outputs) { continue; }
    gradients[layer.biasAt + output] = bias[c];
    if (layer.slopesAt != 0xffffffffu) {
      let slope = parameters[layer.slopesAt + output];
      gradients[layer.slopesAt + output] = slopes[c] / (slope * slope);
    }
  }
}
