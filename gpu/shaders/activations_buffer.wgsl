// Activations in buffers, `[quad][height][width]`. Put in front of `unpack.wgsl` (which stores) or `drawing.wgsl` (which
// loads) for the kernels that keep activations so. What ends the network, and what begins it, declare the uniform `region`.

@group(0) @binding(0) var<storage, read_write> quadsOut: array<vec4f>;
@group(0) @binding(1) var<storage, read> quadsIn: array<vec4f>;

fn indexOf(quad: u32, cell: vec2u) -> u32 {
  return (quad * region.plane.y + cell.y) * region.plane.x + cell.x;
}

fn storeQuad(quad: u32, cell: vec2u, value: vec4f) {
  quadsOut[indexOf(quad, cell)] = value;
}

fn loadQuad(quad: u32, cell: vec2u) -> vec4f {
  return quadsIn[indexOf(quad, cell)];
}
