// The norm of the whole gradient, and the factor that clips it, in two dispatches: many workgroups whose threads each sum up
// a strided part of the squares, then one that adds up what these found, strided, then in a tree. One workgroup alone would
// leave a graphics processor idle.
//
// A gradient larger than `SLACK` times the running average of past ones is scaled down to that: a batch that is an
// outlier cannot throw the weights far, whatever the scale of the loss.

const LANES = 256u;
const SLACK = 2.0;
const KEEP = 0.98;

struct Clip { average: f32, factor: f32, norm: f32 }

@group(0) @binding(0) var<storage, read> gradients: array<f32>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> clip: Clip;

@compute @workgroup_size(LANES)
fn sumSquares(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
) {
  var sum = 0.0;
  for (var index = id.x; index < arrayLength(&gradients); index += LANES * workgroups.x) {
    sum += gradients[index] * gradients[index];
  }
  partials[id.x] = sum;
}

var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn clipNorm(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var index = lane; index < arrayLength(&partials); index += LANES) {
    sum += partials[index];
  }
  sums[lane] = sum;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  if (lane != 0u) { return; }
  let norm = sqrt(sums[0]);
  let average = select(clip.average, norm, clip.average == 0);
  let clipped = min(norm, SLACK * average);
  clip.factor = clipped / max(norm, 1e-20);
  clip.average = KEEP * average + (1 - KEEP) * clipped;
  clip.norm = norm;
}
