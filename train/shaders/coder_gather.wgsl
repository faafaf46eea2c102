// Cuts the crops of a step for a coder network. Follows `crops.wgsl`.
//
// A crop has a tolerance t: every sample is replaced by the centre of its bin of 2t + 1 values, which is the sample itself
// where t is 0. `input` gets the kept phases and one plane of the logarithm of the bin width; `targets` two texels a missing
// phase, colours in the order G, R, B: their fixed interpolation and the tolerance, then the centres of their bins.

// See `coder_units.ts`.
override INPUT_CENTRE: f32;
override INPUT_UNIT: f32;
override WIDTH_UNIT: f32;

// The centre of the bin of each colour; the last one may lie above 255. In integers: a quotient of floats may fall short.
fn centreAt(crop: Crop, pixel: vec2u) -> vec3f {
  let width = 2u * crop.tolerance + 1u;
  return vec3f((samplesAt(crop, pixel) + crop.tolerance) / width * width);
}

fn keptAt(crop: Crop, cell: vec2i, phase: u32) -> vec3f {
  return min(centreAt(crop, keptPixel(cell, phase)), vec3f(255));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  let cell = vec2i(id.xy);
  var known: Channels;
  for (var phase = 0u; phase < shape.kept; phase++) {
    setColour(&known, phase, (keptAt(crop, cell, phase) - INPUT_CENTRE) / INPUT_UNIT);
  }
  known[shape.kept * 3u] = log2(f32(2u * crop.tolerance + 1u)) / WIDTH_UNIT;
  storeInput(id, &known);
  for (var phase = 0u; phase < shape.missing; phase++) {
    var base = vec3f();
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      base += tap.weight * keptAt(crop, cell + vec2i(tap.dx, tap.dy), tap.phase);
    }
    let layer = (id.z * shape.missing + phase) * 2u;
    textureStore(targets, id.xy, layer, vec4f(base.yxz, f32(crop.tolerance)));
    let centre = centreAt(crop, missingPixel(id.xy, phase));
    textureStore(targets, id.xy, layer + 1u, vec4f(centre.yxz, 0));
  }
}
