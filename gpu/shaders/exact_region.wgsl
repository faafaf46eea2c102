// What both ends of an exact network know of a tile.

struct Region {
  // Width and height of the region that is computed.
  plane: vec2u,
  // Where the part of it that is kept begins, and its size.
  origin: vec2u,
  size: vec2u,
  // Where that part's words begin in the result.
  offset: u32,
}

@group(0) @binding(6) var<uniform> region: Region;

