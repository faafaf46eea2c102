// Takes the mean off the first layer's weights for every output and colour, in a flat vector of parameters or gradients.
//
// One thread an output and colour; it walks that colour's phases and their nine taps twice, 54 values at most.

// Constants, not uniforms: see newton_schulz.wgsl.
override WEIGHTS_AT: u32;
override INPUTS: u32;
// How many of the inputs are colours.
override COLOURED: u32;
override OUTPUTS: u32;

const COLOURS = 3u;

@group(0) @binding(0) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= OUTPUTS * COLOURS) { return; }
  let row = WEIGHTS_AT + id.x / COLOURS * INPUTS * 9;
  var sum = 0.0;
  for (var input = id.x % COLOURS; input < COLOURED; input += COLOURS) {
    for (var tap = 0u; tap < 9; tap++) { sum += values[row + input * 9 + tap]; }
  }
  let mean = sum / f32(COLOURED / COLOURS * 9);
  for (var input = id.x % COLOURS; input < COLOURED; input += COLOURS) {
    for (var tap = 0u; tap < 9; tap++) { values[row + input * 9 + tap] -= mean; }
  }
}
