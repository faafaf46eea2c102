// Finishes the gradient with respect to a layer's input: the reverse of replicating edges, then of what stood before it.
//
// `spread` is the transposed convolution over the patch and one pixel around it. Forward, that outer pixel was a copy of
// the nearest one inside; so backward, its gradient is added to the nearest one inside. One thread a texel. The four
// entry points differ in what else reaches the input: `Skip` adds the gradient that came along a block's skip
// connection, `Prelu` goes backward through the PReLU that produced the input. All write into a texture with a border
// of two zero pixels.

// Columns of a workgroup. The more of a patch's row it takes the better: on a software adapter a workgroup costs as much
// as hundreds of its texels.
override columns = 16u;
// Rows of a workgroup: as many as the device has threads for.
override rows = 16u;

struct Slopes { at: u32, quads: u32 }

@group(0) @binding(0) var spread: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var gradient: texture_storage_2d_array<rgba32float, write>;
// The gradient that came along the skip connection, with its border.
@group(0) @binding(2) var skip: texture_storage_2d_array<rgba32float, read>;
// What the PReLU put out.
@group(0) @binding(3) var activation: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<uniform> slopes: Slopes;

fn outside(id: vec3u) -> bool { return any(id.xy + 2u >= textureDimensions(spread)); }

// Patches are at least two cells wide, so a pixel lies at no more than one end of its row and of its column. Elsewhere the
// outer pixel is the pixel itself, times zero: loads without a branch cost less than a branch.
fn fold(id: vec3u) -> vec4f {
  let last = textureDimensions(spread) - 3u;
  let at = id.xy + 1u;
  let isFirst = id.xy == vec2u();
  let isLast = id.xy == last;
  let outer = select(select(at, last + 2u, isLast), vec2u(), isFirst);
  let counts = vec2f(isFirst | isLast);
  return textureLoad(spread, at, id.z) +
    counts.x * textureLoad(spread, vec2u(outer.x, at.y), id.z) +
    counts.y * textureLoad(spread, vec2u(at.x, outer.y), id.z) +
    counts.x * counts.y * textureLoad(spread, outer, id.z);
}

fn skipped(id: vec3u) -> vec4f { return textureLoad(skip, id.xy + 2u, id.z); }

fn preluFactor(id: vec3u) -> vec4f {
  let at = slopes.at + (id.z % slopes.quads) * 4u;
  let slope = vec4f(parameters[at], parameters[at + 1u], parameters[at + 2u], parameters[at + 3u]);
  return select(slope, vec4f(1), textureLoad(activation, id.xy, id.z) >= vec4f());
}

fn store(id: vec3u, value: vec4f) { textureStore(gradient, id.xy + 2u, id.z, value); }

@compute @workgroup_size(columns, rows)
fn foldOnly(@builtin(global_invocation_id) id: vec3u) {
  if (outside(id)) { return; }
  store(id, fold(id));
}

@compute @workgroup_size(columns, rows)
fn foldSkip(@builtin(global_invocation_id) id: vec3u) {
  if (outside(id)) { return; }
  store(id, fold(id) + skipped(id));
}

@compute @workgroup_size(columns, rows)
fn foldPrelu(@builtin(global_invocation_id) id: vec3u) {
  if (outside(id)) { return; }
  store(id, preluFactor(id) * fold(id));
}

@compute @workgroup_size(columns, rows)
fn foldSkipPrelu(@builtin(global_invocation_id) id: vec3u) {
  if (outside(id)) { return; }
  store(id, preluFactor(id) * (fold(id) + skipped(id)));
}
