// The Newton-Schulz iteration of Muon, on Gram matrices: for a matrix M of rows × columns, rows ≤ columns, it finds P such
// that P · M is nearly orthogonal.
//
// The iteration X ← (a + b XXᵀ + c (XXᵀ)²) X multiplies X from the left by polynomials of A = XXᵀ, which all commute and
// are symmetric. So it is enough to follow A and the product P of the polynomials, both rows × rows:
//
//   Q ← a + b A + c A²      P ← Q P      A ← Q A Q
//
// and M itself is read twice, for A and for P · M. The third dimension is the layer. A thread computes a block of 4 × 4
// values; since the right factor is symmetric too, rows of both factors are multiplied, and eight loads serve 64
// multiplications.

// Constants, not uniforms: with a uniform as the bound of a short loop, llvmpipe keeps half a megabyte more at every
// binding.
override ROWS: u32;
override COLUMNS: u32;

// The quintic's coefficients: singular values from 0.01 to 1 end within 0.7 to 1.2 after five rounds.
const A = 3.4445;
const B = -4.7750;
const C = 2.0315;

@group(0) @binding(0) var<storage, read> left: array<vec4f>;
@group(0) @binding(1) var<storage, read> right: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scaled: array<f32>;
@group(0) @binding(4) var<storage, read_write> start: array<f32>;

fn leftRows(at: u32, stride: u32) -> mat4x4f {
  return mat4x4f(left[at], left[at + stride], left[at + 2 * stride], left[at + 3 * stride]);
}

fn rightRows(at: u32, stride: u32) -> mat4x4f {
  return mat4x4f(right[at], right[at + stride], right[at + 2 * stride], right[at + 3 * stride]);
}

fn storeRows(at: u32, block: mat4x4f) {
  let stride = ROWS / 4;
  let rows = transpose(block);
  for (var row = 0u; row < 4; row++) { result[at + row * stride] = rows[row]; }
}

// M Mᵀ of `left`: [layers][rows][columns].
@compute @workgroup_size(8, 8)
fn gram(@builtin(global_invocation_id) id: vec3u) {
  let quads = COLUMNS / 4;
  if (any(id.xy >= vec2u(ROWS / 4))) { return; }
  let row = id.z * ROWS + id.y * 4;
  let column = id.z * ROWS + id.x * 4;
  var sum = mat4x4f();
  for (var k = 0u; k < quads; k++) {
    sum += transpose(leftRows(row * quads + k, quads)) * leftRows(column * quads + k, quads);
  }
  storeRows(row * (ROWS / 4) + id.x, sum);
}

// Divides A by its trace, the square of M's Frobenius norm, so that no singular value is above 1; P begins as what divides
// M by that norm. One workgroup a layer.
@compute @workgroup_size(64)
fn normalise(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let first = group.x * ROWS * ROWS;
  var trace = 0.0;
  for (var i = 0u; i < ROWS; i++) { trace += scaled[first + i * ROWS + i]; }
  storageBarrier();
  let inverse = 1 / max(trace, 1e-30);
  for (var at = lane; at < ROWS * ROWS; at += 64u) {
    scaled[first + at] *= inverse;
    start[first + at] = select(0.0, sqrt(inverse), at / ROWS == at % ROWS);
  }
}

fn multiply(id: vec3u) -> mat4x4f {
  let quads = ROWS / 4;
  let row = (id.z * ROWS + id.y * 4) * quads;
  let column = (id.z * ROWS + id.x * 4) * quads;
  var sum = mat4x4f();
  for (var k = 0u; k < quads; k++) {
    sum += transpose(leftRows(row + k, quads)) * rightRows(column + k, quads);
  }
  return sum;
}

// left · right, both symmetric and commuting.
@compute @workgroup_size(8, 8)
fn product(@builtin(global_invocation_id) id: vec3u) {
  let quads = ROWS / 4;
  if (any(id.xy >= vec2u(quads))) { return; }
  storeRows((id.z * ROWS + id.y * 4) * quads + id.x, multiply(id));
}

// a + b · left + c · left · right, where both are the same matrix.
@compute @workgroup_size(8, 8)
fn polynomial(@builtin(global_invocation_id) id: vec3u) {
  let quads = ROWS / 4;
  if (any(id.xy >= vec2u(quads))) { return; }
  let at = (id.z * ROWS + id.y * 4) * quads + id.x;
  let same = transpose(leftRows(at, quads));
  var block = C * multiply(id) + B * same;
  if (id.x == id.y) {
    for (var i = 0u; i < 4; i++) { block[i][i] += A; }
  }
  storeRows(at, block);
}
