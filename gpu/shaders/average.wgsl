// The mean of what a network draws of several views of an image, one view after another: one thread finds where the view
// shows one missing phase of one cell of the image, and adds what is drawn there to that phase's sum. The first view
// begins the sums; the last one divides by the number of views, rounds once, and writes one 32-bit word.
//
// `drawPhase` and `packLevels` come from `drawing.wgsl`.

struct Region {
  // Width and height of the region of the view that is computed.
  plane: vec2u,
  // Width and height of the tile of the image.
  size: vec2u,
  // Where it goes in the view while going right, and down, in the image.
  right: vec2i,
  down: vec2i,
  // Where the tile's words begin in the result.
  offset: u32,
  isFirst: u32,
  isLast: u32,
  // One over the number of views.
  share: f32,
  // 1 where the view shows levels as 255 less what they are.
  isNegative: u32,
}

@group(0) @binding(3) var<storage, read_write> words: array<u32>;
@group(0) @binding(6) var<uniform> region: Region;
// For each missing phase of the image: column and row in the region of the tile's first cell, and the view's phase.
@group(0) @binding(7) var<storage, read> places: array<vec4i>;
// [phase][height][width] of the tile, four levels each.
@group(0) @binding(8) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= region.size)) {
    return;
  }
  let place = places[id.z];
  let at = place.xy + region.right * i32(id.x) + region.down * i32(id.y);
  let cell = vec2u(clamp(at, vec2i(), vec2i(region.plane) - 1));
  var sum = drawPhase(u32(place.z), cell, region.plane);
  if (region.isNegative == 1) {
    sum = 255 - sum;
  }
  let index = (id.z * region.size.y + id.y) * region.size.x + id.x;
  if (region.isFirst == 0) {
    sum += sums[index];
  }
  if (region.isLast == 0) {
    sums[index] = sum;
  } else {
    words[region.offset + index] = packLevels(region.share * sum);
  }
}
