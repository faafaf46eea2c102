// Cuts the crops of a step for a coder network of lossy files. Follows `crops.wgsl`, but a workgroup does a whole crop.
//
// A crop's tolerance is its step of Y, in STEP_PARTS of a level. `input` gets Y, Co and Cg of the kept phases and one plane of
// the logarithm of the step; `targets` two texels a missing phase: the fixed interpolation of its colours and the step, then
// the colours as they are.
//
// Known samples are what decoders know of them, as near as it can be told without running a network: coded coarse to fine in
// bins around the mean of the four nearest that are known before, each octave's steps finer by COARSER. So what is smooth is
// known well, however wide steps are, and what a bin loses is lost. Of phase (0,0) those at even columns and rows of cells
// begin it: off by noise as wide as their bins, which is the same for a pixel wherever a crop meets it.

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

// As in `coder_loss.wgsl`.
const ZERO_REACH = 0.6;
const DRAWN = 0.08;

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

// A cell beyond an edge is that as far inside: so columns and rows stay even or odd.
fn mirrored(cell: vec2i) -> vec2i {
  let last = i32(shape.patchSize) - 1;
  return max(last - abs(last - abs(cell)), vec2i());
}

// What stands for the bin that colours lie in, of bins around a mean.
fn codedAround(mean: vec3f, colours: vec3f, width: vec3f) -> vec3f {
  let difference = colours - mean;
  let beyond = abs(difference) / width - ZERO_REACH;
  let away = (ZERO_REACH + max(floor(beyond), vec3f()) + 0.5 - DRAWN) * width;
  return clamp(mean + select(sign(difference) * away, vec3f(), beyond <= vec3f()), LEAST, MOST);
}

// What is known so far of the kept phases of every crop's cells.
@group(0) @binding(6) var<storage, read_write> known: array<vec4f>;

fn placeOf(group: u32, cell: vec2i, phase: u32) -> u32 {
  let at = vec2u(cell);
  return ((group * shape.kept + phase) * shape.patchSize + at.y) * shape.patchSize + at.x;
}

fn keptAt(group: u32, cell: vec2i, phase: u32) -> vec3f { return known[placeOf(group, cell, phase)].xyz; }

fn cornerAt(group: u32, cell: vec2i) -> vec3f { return keptAt(group, mirrored(cell), 0u); }

// The mean of four corners, to both sides of a cell's.
fn meanAround(group: u32, cell: vec2i, one: vec2i, other: vec2i) -> vec3f {
  let sum = cornerAt(group, cell + one) + cornerAt(group, cell - one) + cornerAt(group, cell + other) +
    cornerAt(group, cell - other);
  return sum / 4;
}

// What becomes known in a turn: corners at even columns and rows, at odd ones, the others, then phase (1,1).
fn learn(group: u32, cell: vec2i, turn: u32) {
  let crop = crops[group];
  let odd = cell & vec2i(1);
  let phase = select(0u, 1u, turn == 3u);
  if (phase >= shape.kept) { return; }
  if (phase == 0u && turn != select(2u, u32(odd.x), odd.x == odd.y)) { return; }
  let pixel = keptPixel(cell, phase);
  let colours = levelsAt(crop, pixel);
  let width = STEPS * stepOf(crop);
  var told: vec3f;
  switch turn {
    case 0u: {
      let noise = vec3f(hash(vec3u(placeAt(crop, pixel), crop.layer * 65536u + crop.tolerance)) >> vec3u(8));
      let off = (noise / 16777216 - 0.5) * width * COARSER * COARSER;
      told = clamp(colours + off, LEAST, MOST);
    }
    case 1u: {
      let mean = meanAround(group, cell, vec2i(1, 1), vec2i(1, -1));
      told = codedAround(mean, colours, width * COARSER);
    }
    case 2u: {
      let mean = meanAround(group, cell, vec2i(1, 0), vec2i(0, 1));
      told = codedAround(mean, colours, width * COARSER);
    }
    default: {
      let sum = cornerAt(group, cell) + cornerAt(group, cell + vec2i(1, 0)) +
        cornerAt(group, cell + vec2i(0, 1)) + cornerAt(group, cell + vec2i(1, 1));
      told = codedAround(sum / 4, colours, width);
    }
  }
  known[placeOf(group, cell, phase)] = vec4f(told, 0);
}

fn feed(group: u32, cell: vec2i) {
  let crop = crops[group];
  let id = vec3u(vec2u(cell), group);
  var channels: Channels;
  for (var phase = 0u; phase < shape.kept; phase++) {
    let levels = floor(keptAt(group, cell, phase) + 0.5);
    setColour(&channels, phase, (levels - vec3f(INPUT_CENTRE, 0, 0)) / INPUT_UNIT);
  }
  channels[shape.kept * 3u] = log2(stepOf(crop)) / WIDTH_UNIT;
  storeInput(id, &channels);
  let last = vec2i(i32(shape.patchSize) - 1);
  for (var phase = 0u; phase < shape.missing; phase++) {
    var base = vec3f();
    for (var index = 0u; index < shape.taps; index++) {
      let tap = taps[phase * shape.taps + index];
      let at = clamp(cell + vec2i(tap.dx, tap.dy), vec2i(), last);
      base += tap.weight * keptAt(group, at, tap.phase);
    }
    let layer = (group * shape.missing + phase) * 2u;
    textureStore(targets, id.xy, layer, vec4f(base, stepOf(crop)));
    textureStore(targets, id.xy, layer + 1u, vec4f(levelsAt(crop, missingPixel(id.xy, phase)), 0));
  }
}

const SIDE = 16u;
const TURNS = 4u;

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  for (var turn = 0u; turn <= TURNS; turn++) {
    for (var y = local.y; y < shape.patchSize; y += SIDE) {
      for (var x = local.x; x < shape.patchSize; x += SIDE) {
        if (turn < TURNS) { learn(group.z, vec2i(vec2u(x, y)), turn); } else { feed(group.z, vec2i(vec2u(x, y))); }
      }
    }
    storageBarrier();
  }
}
