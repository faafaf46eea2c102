// From bytes to what the network sees: one thread reads the kept phases of one cell and writes its input quads.
// Channel 3 × phase + colour is the byte / 255 - 0.5; the channels that fill up the last quad are zero.
//
// `storeQuad` comes from one of the `activations_*.wgsl`.

@group(0) @binding(2) var bytes: texture_2d_array<u32>;

fn channelOf(cell: vec2u, channel: u32) -> f32 {
  if (channel >= textureNumLayers(bytes) * 3) {
    return 0;
  }
  let texel = textureLoad(bytes, cell, channel / 3, 0);
  return f32(texel[channel % 3]) / 255 - 0.5;
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= textureDimensions(bytes))) {
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
