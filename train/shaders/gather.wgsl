// Cuts the crops of a step for a network that draws: `input` gets the kept phases, `targets` the missing ones minus their
// fixed interpolation. Follows `crops.wgsl`.

fn colourAt(crop: Crop, pixel: vec2u) -> vec3f {
  return vec3f(samplesAt(crop, pixel)) / 255;
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  let cell = vec2i(id.xy);
  var kept: Channels;
  for (var phase = 0u; phase < shape.kept; phase++) {
    setColour(&kept, phase, colourAt(crop, keptPixel(cell, phase)) - 0.5);
  }
  storeInput(id, &kept);
  var residual: Channels;
  for (var phase = 0u; phase < shape.missing; phase++) {
    var colour = colourAt(crop, missingPixel(id.xy, phase));
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      colour -= tap.weight * colourAt(crop, keptPixel(cell + vec2i(tap.dx, tap.dy), tap.phase));
    }
    setColour(&residual, phase, colour);
  }
  for (var quad = 0u; quad < shape.targetQuads; quad++) {
    textureStore(targets, id.xy, id.z * shape.targetQuads + quad, quadOf(&residual, quad));
  }
}
