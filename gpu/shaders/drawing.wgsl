// What a network draws of one missing phase of one cell: the fixed interpolation of the kept phases around it (taps,
// edges replicated) plus the network's output, in grey levels, neither rounded nor clamped. Bytes beyond the three
// colours are interpolated alone.
//
// `loadQuad` comes from one of the `activations_*.wgsl`.

struct Tap {
  phase: i32,
  dx: i32,
  dy: i32,
  weight: f32,
}

@group(0) @binding(2) var bytes: texture_2d_array<u32>;
@group(0) @binding(4) var<storage, read> taps: array<Tap>;
// Where the taps of each missing phase begin; one more entry closes the last.
@group(0) @binding(5) var<storage, read> starts: array<u32>;

fn networkChannel(cell: vec2u, channel: u32) -> f32 {
  return loadQuad(channel / 4, cell)[channel % 4];
}

// `plane` is the width and height of the region that is computed.
fn drawPhase(phase: u32, cell: vec2u, plane: vec2u) -> vec4f {
  let last = vec2i(plane) - 1;
  var base = vec4f();
  for (var i = starts[phase]; i < starts[phase + 1]; i++) {
    let tap = taps[i];
    let at = clamp(vec2i(cell) + vec2i(tap.dx, tap.dy), vec2i(), last);
    base += tap.weight * vec4f(textureLoad(bytes, at, tap.phase, 0));
  }
  let drawn = vec4f(
    networkChannel(cell, 3 * phase),
    networkChannel(cell, 3 * phase + 1),
    networkChannel(cell, 3 * phase + 2),
    0,
  );
  return base + 255 * drawn;
}

// Rounds with floor(v + 0.5), clamps, and packs four levels into a word.
fn packLevels(levels: vec4f) -> u32 {
  let rounded = vec4u(clamp(floor(levels + 0.5), vec4f(), vec4f(255)));
  return dot(rounded, vec4u(1, 1 << 8, 1 << 16, 1 << 24));
}
