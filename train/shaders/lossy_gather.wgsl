// Cuts the crops of a step for a coder network of lossy files. Follows `crops.wgsl`.
//
// A crop's tolerance is its step of Y, in STEP_PARTS of a level. `input` gets Y, Co and Cg of the kept phases and one plane of
// the logarithm of the step; `targets` two texels a missing phase: the fixed interpolation of its colours and the step, then
// the colours as they are. Known samples are off by noise as wide as the bins that they were coded in: those of the octave
// itself, or of a coarser one, whose steps are finer by COARSER. The noise of a pixel is the same wherever a crop meets it.

// See `coder_units.ts` and `lossy_steps.ts`.
override INPUT_CENTRE: f32;
override INPUT_UNIT: f32;
override WIDTH_UNIT: f32;
override STEP_PARTS: f32;
override COARSER: f32;

// Steps of the three planes that cost the same squared error, and what samples of them can be.
const STEPS = vec3f(1, 1.2247449, 1);
const LEAST = vec3f(0, -127.5, -127.5);
const MOST = vec3f(255, 127.5, 127.5);

fn levelsAt(crop: Crop, pixel: vec2u) -> vec3f {
  let rgb = vec3f(samplesAt(crop, pixel));
  let sides = rgb.x + rgb.z;
  return vec3f((2 * rgb.y + sides) / 4, (rgb.x - rgb.z) / 2, (2 * rgb.y - sides) / 4);
}

// Three numbers of 32 bits that look random (Jarzynski and Olano, "Hash functions for GPU rendering", 2020: pcg3d).
fn hash(seed: vec3u) -> vec3u {
  var v = seed * 1664525u + 1013904223u;
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v ^= v >> vec3u(16);
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  return v;
}

fn stepOf(crop: Crop) -> f32 { return f32(crop.tolerance) / STEP_PARTS; }

fn keptAt(crop: Crop, cell: vec2i, phase: u32) -> vec3f {
  let pixel = keptPixel(cell, phase);
  let noise = vec3f(hash(vec3u(placeAt(crop, pixel), crop.layer * 65536u + crop.tolerance)) >> vec3u(8));
  let width = STEPS * stepOf(crop) * select(1, COARSER, phase == 0u);
  return clamp(levelsAt(crop, pixel) + (noise / 16777216 - 0.5) * width, LEAST, MOST);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= vec2u(shape.patchSize))) { return; }
  let crop = crops[id.z];
  let cell = vec2i(id.xy);
  var known: Channels;
  for (var phase = 0u; phase < shape.kept; phase++) {
    let levels = floor(keptAt(crop, cell, phase) + 0.5);
    setColour(&known, phase, (levels - vec3f(INPUT_CENTRE, 0, 0)) / INPUT_UNIT);
  }
  known[shape.kept * 3u] = log2(stepOf(crop)) / WIDTH_UNIT;
  storeInput(id, &known);
  for (var phase = 0u; phase < shape.missing; phase++) {
    var base = vec3f();
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      base += tap.weight * keptAt(crop, cell + vec2i(tap.dx, tap.dy), tap.phase);
    }
    let layer = (id.z * shape.missing + phase) * 2u;
    textureStore(targets, id.xy, layer, vec4f(base, stepOf(crop)));
    textureStore(targets, id.xy, layer + 1u, vec4f(levelsAt(crop, missingPixel(id.xy, phase)), 0));
  }
}
