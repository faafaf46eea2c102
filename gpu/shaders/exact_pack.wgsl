// From the output of an exact network to numbers of 16 bits, [row][column][output], two in a word: one thread writes one word.
// Only the part of the region that the tile keeps is written; each of its rows begins with a new word.
//
// `loadQuad` comes from one of the `activations_*.wgsl`, `Region` from `exact_region.wgsl`.

override outputs: u32;

@group(0) @binding(3) var<storage, read_write> words: array<u32>;

fn numberAt(row: u32, place: u32) -> u32 {
  let column = place / outputs;
  if (column >= region.size.x) {
    return 0;
  }
  let channel = place % outputs;
  let value = loadQuad(channel / 4, region.origin + vec2u(column, row))[channel % 4];
  return u32(i32(value)) & 0xffff;
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rowWords = (region.size.x * outputs + 1) / 2;
  if (id.x >= rowWords || id.y >= region.size.y) {
    return;
  }
  words[region.offset + id.y * rowWords + id.x] = numberAt(id.y, 2 * id.x) |
    (numberAt(id.y, 2 * id.x + 1) << 16);
}
