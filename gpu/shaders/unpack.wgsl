// From bytes to what the network sees: one thread reads the kept phases of one cell and writes its input quads.
// Channel 3 × phase + colour is the byte / 255 - 0.5; the channels that fill up the last quad are zero.
//
// `storeQuad` comes from one of the `activations_*.wgsl`.

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
@group(0) @binding(6) var<uniform> region: Region;

fn channelOf(cell: vec2u, channel: u32) -> f32 {
  if (channel >= textureNumLayers(bytes) * 3) {
    return 0;
  }
  let texel = textureLoad(bytes, cell, channel / 3, 0);
  return f32(texel[channel % 3]) / 255 - 0.5;
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= region.plane)) {
    return;
  }
  let quads = (textureNumLayers(bytes) * 3 + 3) / 4;
  for (var quad = 0u; quad < quads; quad++) {
    let value = vec4f(
      channelOf(id.xy, quad * 4),
      channelOf(id.xy, quad * 4 + 1),
      channelOf(id.xy, quad * 4 + 2),
      channelOf(id.xy, quad * 4 + 3),
    );
    storeQuad(quad, id.xy, value);
  }
}
