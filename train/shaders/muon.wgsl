// One step of Muon (Jordan et al., 2024) on the weights of the hidden layers, each a matrix of outputs × (inputs · 9).
//
// `gatherMomentum` adds the clipped gradient to a layer's momentum and looks ahead by one more share of it; a thread takes
// four neighbouring values, the third dimension is the layer. `newton_schulz.wgsl` then finds the symmetric matrix P of
// outputs × outputs that makes P · momentum nearly orthogonal. `applyUpdates` multiplies: a thread computes a block of
// 4 × 4 values as a sum of outer products, so that eight loads serve 64 multiplications. An orthogonal matrix of c columns
// has values of 1/√c in root mean square; times √c, every weight moves by about the learning rate, as it does with Adam.

// Constants, not uniforms: see newton_schulz.wgsl.
override ROWS: u32;
override COLUMNS: u32;

struct Clip { average: f32, factor: f32, norm: f32 }
struct Step {
  rate: f32,
  correction1: f32,
  correction2: f32,
  averageKeep: f32,
}

const MOMENTUM = 0.9;

@group(0) @binding(0) var<storage, read_write> parameters: array<f32>;
// (momentum, unused)
@group(0) @binding(1) var<storage, read_write> moments: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> average: array<f32>;
@group(0) @binding(3) var<storage, read> gradients: array<f32>;
@group(0) @binding(4) var<storage, read> clip: Clip;
@group(0) @binding(5) var<uniform> step: Step;
// Where each layer's weights begin.
@group(0) @binding(6) var<storage, read> starts: array<u32>;
// [layers][rows][columns]
@group(0) @binding(7) var<storage, read_write> momentum: array<vec4f>;
// [layers][rows][rows], symmetric
@group(0) @binding(8) var<storage, read> orthogonaliser: array<vec4f>;

@compute @workgroup_size(64)
fn gatherMomentum(@builtin(global_invocation_id) id: vec3u) {
  let quads = ROWS * COLUMNS / 4;
  if (id.x >= quads) { return; }
  let at = starts[id.z] + id.x * 4;
  var ahead = vec4f();
  for (var i = 0u; i < 4; i++) {
    let gradient = gradients[at + i] * clip.factor;
    let sum = MOMENTUM * moments[at + i].x + gradient;
    moments[at + i].x = sum;
    ahead[i] = gradient + MOMENTUM * sum;
  }
  momentum[id.z * quads + id.x] = ahead;
}

@compute @workgroup_size(16, 4)
fn applyUpdates(@builtin(global_invocation_id) id: vec3u) {
  let rowQuads = ROWS / 4;
  let columnQuads = COLUMNS / 4;
  if (id.x >= columnQuads || id.y >= rowQuads) { return; }
  var orthogonal = mat4x4f();
  for (var k = 0u; k < rowQuads; k++) {
    let p = (id.z * ROWS + k * 4) * rowQuads + id.y;
    let m = (id.z * ROWS + k * 4) * columnQuads + id.x;
    let left = mat4x4f(
      orthogonaliser[p],
      orthogonaliser[p + rowQuads],
      orthogonaliser[p + 2 * rowQuads],
      orthogonaliser[p + 3 * rowQuads],
    );
    let right = mat4x4f(
      momentum[m],
      momentum[m + columnQuads],
      momentum[m + 2 * columnQuads],
      momentum[m + 3 * columnQuads],
    );
    orthogonal += right * transpose(left);
  }
  let scale = step.rate * sqrt(f32(COLUMNS));
  for (var row = 0u; row < 4; row++) {
    let at = starts[id.z] + (id.y * 4 + row) * COLUMNS + id.x * 4;
    for (var column = 0u; column < 4; column++) {
      let value = parameters[at + column] - scale * orthogonal[row][column];
      parameters[at + column] = value;
      average[at + column] = mix(value, average[at + column], step.averageKeep);
    }
  }
}
