// From the network's output to bytes: one thread draws one missing phase of one cell and writes one 32-bit word. Only the
// part of the region that the tile keeps is written; the third dimension is the phase.
//
// `drawPhase` and `packLevels` come from `drawing.wgsl`.

struct Region {
  // Width and height of the region that is computed.
  plane: vec2u,
  // Where the part of it that is kept begins, and its size.
  origin: vec2u,
  size: vec2u,
  // Where that part's words begin in the result.
  offset: u32,
}

@group(0) @binding(3) var<storage, read_write> words: array<u32>;
@group(0) @binding(6) var<uniform> region: Region;

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= region.size)) {
    return;
  }
  let index = region.offset + (id.z * region.size.y + id.y) * region.size.x + id.x;
  words[index] = packLevels(drawPhase(id.z, region.origin + id.xy, region.plane));
}
