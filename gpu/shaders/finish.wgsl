// From the network's output to bytes: one thread draws one missing phase of one cell. It interpolates the kept phases
// around it (taps, edges replicated), adds the network's output, rounds with floor(v + 0.5), clamps, and writes one
// 32-bit word. Only the part of the region that the tile keeps is written; the third dimension is the phase.
//
// `loadQuad` comes from one of the `activations_*.wgsl`.

struct Tap {
  phase: i32,
  dx: i32,
  dy: i32,
  weight: f32,
}

struct Region {
  // Width and height of the region that is computed.
  plane: vec2u,
  // Where the part of it that is kept begins, and its size.
  origin: vec2u,
  size: vec2u,
  // Where that part's words begin in the result.
  offset: u32,
}

@group(0) @binding(2) var bytes: texture_2d_array<u32>;
@group(0) @binding(3) var<storage, read_write> words: array<u32>;
@group(0) @binding(4) var<storage, read> taps: array<Tap>;
// Where the taps of each missing phase begin; one more entry closes the last.
@group(0) @binding(5) var<storage, read> starts: array<u32>;
@group(0) @binding(6) var<uniform> region: Region;

fn networkChannel(cell: vec2u, channel: u32) -> f32 {
  return loadQuad(channel / 4, cell)[channel % 4];
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= region.size)) {
    return;
  }
  let cell = region.origin + id.xy;
  let last = vec2i(region.plane) - 1;
  var base = vec4f();
  for (var i = starts[id.z]; i < starts[id.z + 1]; i++) {
    let tap = taps[i];
    let at = clamp(vec2i(cell) + vec2i(tap.dx, tap.dy), vec2i(), last);
    base += tap.weight * vec4f(textureLoad(bytes, at, tap.phase, 0));
  }
  let drawn = vec4f(
    networkChannel(cell, 3 * id.z),
    networkChannel(cell, 3 * id.z + 1),
    networkChannel(cell, 3 * id.z + 2),
    0,
  );
  let rounded = vec4u(clamp(floor(base + 255 * drawn + 0.5), vec4f(), vec4f(255)));
  let index = region.offset + (id.z * region.size.y + id.y) * region.size.x + id.x;
  words[index] = dot(rounded, vec4u(1, 1 << 8, 1 << 16, 1 << 24));
}
