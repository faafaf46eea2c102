// The norm of the whole gradient, and the factor that clips it: one workgroup, strided sums, then a tree.
//
// A gradient larger than `SLACK` times the running average of past ones is scaled down to that: a batch that is an
// outlier cannot throw the weights far, whatever the scale of the loss.

const SLACK = 2.0;
const KEEP = 0.98;

struct Clip { average: f32, factor: f32, norm: f32 }

@group(0) @binding(0) var<storage, read> gradients: array<f32>;
@group(0) @binding(1) var<storage, read_write> clip: Clip;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var index = lane; index < arrayLength(&gradients); index += 256u) {
    sum += gradients[index] * gradients[index];
  }
  sums[lane] = sum;
  for (var half = 128u; half > 0u; half /= 2u) {
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
