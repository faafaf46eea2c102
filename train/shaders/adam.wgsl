// One step of Adam (Kingma and Ba, 2015) on every learnt value, and of the moving average that is shipped.
//
// One thread a value of those that `indices` names. `bounds` keeps PReLU slopes positive.

struct Step {
  rate: f32,
  // 1 − βᵗ of the first and second moment.
  correction1: f32,
  correction2: f32,
  averageKeep: f32,
}
struct Clip { average: f32, factor: f32, norm: f32 }

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

@group(0) @binding(0) var<storage, read_write> parameters: array<f32>;
// (first moment, second moment)
@group(0) @binding(1) var<storage, read_write> moments: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> average: array<f32>;
@group(0) @binding(3) var<storage, read> gradients: array<f32>;
@group(0) @binding(4) var<storage, read> bounds: array<f32>;
@group(0) @binding(5) var<storage, read> clip: Clip;
@group(0) @binding(6) var<uniform> step: Step;
@group(0) @binding(7) var<storage, read> indices: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&indices)) { return; }
  let index = indices[id.x];
  let gradient = gradients[index] * clip.factor;
  let first = BETA1 * moments[index].x + (1 - BETA1) * gradient;
  let second = BETA2 * moments[index].y + (1 - BETA2) * gradient * gradient;
  moments[index] = vec2f(first, second);
  let update = step.rate * (first / step.correction1) / (sqrt(second / step.correction2) + EPSILON);
  let value = max(parameters[index] - update, bounds[index]);
  parameters[index] = value;
  average[index] = mix(value, average[index], step.averageKeep);
}
