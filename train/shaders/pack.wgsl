// Brings a layer's learnt values into the order in which the convolution reads them.
//
// One thread a vec4 of the target: [group][input quad][4 inputs][9 taps][quads of the group] over outputs, then bias,
// then slopes. Transposed, for the gradient of the input: inputs and outputs change places, taps run backwards, bias and
// slopes are zero.

struct Layer {
  // Of the convolution that is packed for: a transposed layer's are already exchanged.
  inputs: u32,
  outputs: u32,
  groupQuads: u32,
  transposed: u32,
  weightsAt: u32,
  biasAt: u32,
  // 0xffffffff where the layer has no PReLU.
  slopesAt: u32,
}

@group(0) @binding(0) var<storage, read> parameters: array<f32>;
@group(0) @binding(1) var<storage, read_write> packed: array<vec4f>;
@group(0) @binding(2) var<uniform> layer: Layer;

fn weight(output: u32, input: u32, tap: u32) -> f32 {
  if (output >= layer.outputs || input >= layer.inputs) { return 0; }
  if (layer.transposed != 0u) {
    return parameters[layer.weightsAt + (input * layer.outputs + output) * 9u + 8u - tap];
  }
  return parameters[layer.weightsAt + (output * layer.inputs + input) * 9u + tap];
}

fn channel(at: u32, output: u32) -> f32 {
  if (output >= layer.outputs || layer.transposed != 0u || at == 0xffffffffu) { return 0; }
  return parameters[at + output];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&packed)) { return; }
  let inputQuads = (layer.inputs + 3u) / 4u;
  let outputQuads = (layer.outputs + 3u) / 4u;
  let groups = (outputQuads + layer.groupQuads - 1u) / layer.groupQuads;
  let slab = inputQuads * 36u * layer.groupQuads;
  var value = vec4f();
  if (id.x < groups * slab) {
    let group = id.x / slab;
    let tap = (id.x / layer.groupQuads) % 9u;
    let input = (id.x % slab) / (9u * layer.groupQuads);
    let output = (group * layer.groupQuads + id.x % layer.groupQuads) * 4u;
    for (var c = 0u; c < 4u; c++) { value[c] = weight(output + c, input, tap); }
  } else {
    let rest = id.x - groups * slab;
    let at = select(layer.slopesAt, layer.biasAt, rest < outputQuads);
    for (var c = 0u; c < 4u; c++) { value[c] = channel(at, (rest % outputQuads) * 4u + c); }
  }
  packed[id.x] = value;
}
