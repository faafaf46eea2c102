// Cuts the crops of a step for a network that improves lossy files within their bins: `input` gets what is restored of all
// phases without it, and in one more phase what tells the step of their bins; `targets` the photo minus the fixed interpolation
// of what is restored. Colours are in steps, as `within_scale.ts` has them. Follows `crops.wgsl`. Crops must be placed so that
// phases of the tile are phases of the patch.

// See `within_cells.ts`.
override LEVELS_OF_SIXTEENTH: f32;
override LEAST_LOGARITHM: f32;

// The tiles as a lossy file gives them back; alpha tells the step.
@group(0) @binding(6) var coded: texture_2d_array<u32>;

fn codedAt(crop: Crop, pixel: vec2u) -> vec4f {
  return vec4f(textureLoad(coded, placeAt(crop, pixel), crop.layer, 0)) / 255;
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  let cell = vec2i(id.xy);
  var known: Channels;
  var residual: Channels;
  for (var phase = 0u; phase < shape.missing; phase++) {
    let restored = codedAt(crop, keptPixel(cell, phase));
    let logarithm = 255 * restored.w / LEVELS_OF_SIXTEENTH - 1 + LEAST_LOGARITHM;
    let unit = 255 / exp2(logarithm / 16);
    setColour(&known, phase, unit * (restored.xyz - 0.5));
    setColour(&known, shape.missing, restored.www - 0.5);
    var colour = vec3f(samplesAt(crop, missingPixel(id.xy, phase))) / 255;
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      colour -= tap.weight * codedAt(crop, keptPixel(cell + vec2i(tap.dx, tap.dy), tap.phase)).xyz;
    }
    setColour(&residual, phase, unit * colour);
  }
  storeInput(id, &known);
  for (var quad = 0u; quad < shape.targetQuads; quad++) {
    textureStore(targets, id.xy, id.z * shape.targetQuads + quad, quadOf(&residual, quad));
  }
}
