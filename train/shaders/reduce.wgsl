// Second stage of a layer's gradients: adds the partial sums of all columns and puts them where the optimiser looks.
//
// `reduceWeights`: one thread a vec4 over outputs, index = ((inputQuad × groups + group) × 36 + tap × 4 + input) × quads of
// a group. `reduceChannels`: one thread an output quad.

struct Layer {
  inputs: u32,
  outputs: u32,
  inputQuads: u32,
  outputQuads: u32,
  groupQuads: u32,
  partials: u32,
  weightsAt: u32,
  biasAt: u32,
  // 0xffffffff where the layer has no PReLU.
  slopesAt: u32,
}

@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(2) var<uniform> layer: Layer;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;

@compute @workgroup_size(64)
fn reduceWeights(@builtin(global_invocation_id) id: vec3u) {
  let groups = (layer.outputQuads + layer.groupQuads - 1u) / layer.groupQuads;
  let count = layer.inputQuads * groups * 36u * layer.groupQuads;
  if (id.x >= count) { return; }
  var sum = vec4f();
  for (var column = 0u; column < layer.partials; column++) {
    sum += partials[column * count + id.x];
  }
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

@compute @workgroup_size(16)
fn reduceChannels(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= layer.outputQuads) { return; }
  var bias = vec4f();
  var slopes = vec4f();
  for (var column = 0u; column < layer.partials; column++) {
    let slot = (column * layer.outputQuads + id.x) * 2u;
    bias += partials[slot];
    slopes += partials[slot + 1u];
  }
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
