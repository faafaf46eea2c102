// Brings a layer's learnt values into the order in which a convolution reads them: filters as they are (`packPlain`), or
// transformed for F(2×2, 3×3) (`packWinograd`) or F(2×4, 3×3) (`packWideWinograd`). The transforms of three taps, `stretch` and
// `stretchWide`, are written by `winograd_transforms.ts`, so that the engine and the trainer have the same ones.
//
// One thread a (group, input quad, input, quad of the group): it reads the filters of four outputs and writes a vec4 over
// these outputs for each of the filter's 9, 16 or 24 values. The target is
// [group][input quad][4 inputs][values][quads of the group], then bias, then slopes, which the threads after the last
// filter write. Transposed, for the gradient of the input: inputs and outputs change places, taps run backwards, bias and
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

fn weights(output: u32, input: u32, tap: u32) -> vec4f {
  return vec4f(
    weight(output, input, tap),
    weight(output + 1u, input, tap),
    weight(output + 2u, input, tap),
    weight(output + 3u, input, tap),
  );
}

fn channel(at: u32, output: u32) -> f32 {
  if (output >= layer.outputs || layer.transposed != 0u || at == 0xffffffffu) { return 0; }
  return parameters[at + output];
}

struct Filter { group: u32, input: u32, quad: u32, output: u32 }

fn inputs() -> u32 { return (layer.inputs + 3u) / 4u * 4u; }

fn filters() -> u32 {
  let outputQuads = (layer.outputs + 3u) / 4u;
  return (outputQuads + layer.groupQuads - 1u) / layer.groupQuads * inputs() * layer.groupQuads;
}

fn filterOf(index: u32) -> Filter {
  let quad = index % layer.groupQuads;
  let input = (index / layer.groupQuads) % inputs();
  let group = index / (layer.groupQuads * inputs());
  return Filter(group, input, quad, (group * layer.groupQuads + quad) * 4u);
}

fn place(filter_: Filter, value: u32, values: u32) -> u32 {
  return ((filter_.group * inputs() + filter_.input) * values + value) * layer.groupQuads + filter_.quad;
}

// Bias and slopes, after all filters.
fn packRest(rest: u32, start: u32) {
  let outputQuads = (layer.outputs + 3u) / 4u;
  if (rest >= 2u * outputQuads) { return; }
  let at = select(layer.slopesAt, layer.biasAt, rest < outputQuads);
  let output = (rest % outputQuads) * 4u;
  packed[start + rest] =
    vec4f(channel(at, output), channel(at, output + 1u), channel(at, output + 2u), channel(at, output + 3u));
}

@compute @workgroup_size(64)
fn packPlain(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= filters()) {
    packRest(id.x - filters(), filters() * 9u);
    return;
  }
  let filter_ = filterOf(id.x);
  for (var tap = 0u; tap < 9u; tap++) {
    packed[place(filter_, tap, 9u)] = weights(filter_.output, filter_.input, tap);
  }
}

// The filter's columns, stretched.
fn stretchedColumns(output: u32, input: u32) -> array<array<vec4f, 4>, 3> {
  var columns: array<array<vec4f, 4>, 3>;
  for (var x = 0u; x < 3u; x++) {
    columns[x] = stretch(weights(output, input, x), weights(output, input, 3u + x), weights(output, input, 6u + x));
  }
  return columns;
}

@compute @workgroup_size(64)
fn packWinograd(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= filters()) {
    packRest(id.x - filters(), filters() * 16u);
    return;
  }
  let filter_ = filterOf(id.x);
  var columns = stretchedColumns(filter_.output, filter_.input);
  for (var y = 0u; y < 4u; y++) {
    let row = stretch(columns[0][y], columns[1][y], columns[2][y]);
    for (var x = 0u; x < 4u; x++) {
      packed[place(filter_, y * 4u + x, 16u)] = row[x];
    }
  }
}

@compute @workgroup_size(64)
fn packWideWinograd(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= filters()) {
    packRest(id.x - filters(), filters() * 24u);
    return;
  }
  let filter_ = filterOf(id.x);
  var columns = stretchedColumns(filter_.output, filter_.input);
  for (var y = 0u; y < 4u; y++) {
    var row = stretchWide(columns[0][y], columns[1][y], columns[2][y]);
    for (var x = 0u; x < 6u; x++) {
      packed[place(filter_, y * 6u + x, 24u)] = row[x];
    }
  }
}
