// Activations in texture arrays, a layer for every channel quad. Put in front of `unpack.wgsl` (which stores) or
// `drawing.wgsl` (which loads) for the kernels that keep activations so.

@group(0) @binding(0) var quadsOut: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(1) var quadsIn: texture_2d_array<f32>;

fn storeQuad(quad: u32, cell: vec2u, value: vec4f) {
  textureStore(quadsOut, cell, quad, value);
}

fn loadQuad(quad: u32, cell: vec2u) -> vec4f {
  return textureLoad(quadsIn, cell, quad, 0);
}
