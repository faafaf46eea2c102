// From whole numbers to what an exact network sees: one thread reads the inputs of one cell, [row][column][input], and
// writes its input quads; the channels that fill up the last quad are zero.
//
// `storeQuad` comes from one of the `activations_*.wgsl`, `Region` from `exact_region.wgsl`.

override inputs: u32;

@group(0) @binding(2) var<storage, read> integers: array<i32>;

fn channelOf(cell: vec2u, channel: u32) -> f32 {
  if (channel >= inputs) {
    return 0;
  }
  return f32(integers[(cell.y * region.plane.x + cell.x) * inputs + channel]);
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= region.plane)) {
    return;
  }
  for (var quad = 0u; quad < (inputs + 3) / 4; quad++) {
    let value = vec4f(
      channelOf(id.xy, quad * 4),
      channelOf(id.xy, quad * 4 + 1),
      channelOf(id.xy, quad * 4 + 2),
      channelOf(id.xy, quad * 4 + 3),
    );
    storeQuad(quad, id.xy, value);
  }
}
