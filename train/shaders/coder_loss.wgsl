// What the missing samples cost in bits, and the gradient of their mean with respect to the network's output.
//
// `coder_likelihood.ts` has the formulas and their meaning. Follows `columns.wgsl`; a column's sums are (bits, 0). Padding
// channels get a gradient of zero.

const LN2 = 0.6931471805599453;

// See `coder_units.ts`.
override MEAN_UNIT: f32;
override LEAST_LOG_SCALE: f32;
override MOST_LOG_SCALE: f32;

override MISSING: u32;

// Whether samples are those of lossy files: Y, Co and Cg in bins around the means, see `lossy_likelihood.ts`.
override IS_LOSSY: bool = false;

// Of lossy files: steps of the three planes that cost the same squared error; how far the zero bin reaches, and how far other
// representatives lie from the middles of their bins, in steps; and the nats that a squared error of a step is worth.
const STEPS = vec3f(1, 1.2247449, 1);
const ZERO_REACH = 0.6;
const DRAWN = 0.08;
const SQUARE_WORTH = 6.0;

struct Cost {
  // Of the colours G, R, B, in nats.
  nats: vec3f,
  // Derivatives by the means, a grey level.
  mean: vec3f,
  // Derivatives by the natural logarithm of the scales.
  logScale: vec3f,
}

// exp(-|x|), from which the two functions below are made without a difference of near numbers.
fn softplus(x: vec3f, small: vec3f) -> vec3f { return max(x, vec3f()) + log(1 + small); }

fn sigmoid(x: vec3f, small: vec3f) -> vec3f {
  return select(small, vec3f(1), x >= vec3f()) / (1 + small);
}

// 1 - exp(-x) for x > 0; by its series where the difference would lose digits.
fn within(x: vec3f) -> vec3f {
  let series = x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5))));
  return select(1 - exp(-x), series, x < vec3f(0.125));
}

// `difference`: true values less means. `centre` may be above 255, where the value is 255. `half`: half the width of bins.
fn binCost(difference: vec3f, logScale: vec3f, centre: vec3f, half: vec3f) -> Cost {
  let inverse = exp2(-logScale);
  let offset = select(difference + (centre - min(centre, vec3f(255))), difference, vec3<bool>(IS_LOSSY));
  let lower = (offset - half) * inverse;
  let upper = (offset + half) * inverse;
  let isFirst = (centre == vec3f()) & vec3<bool>(!IS_LOSSY);
  let isLast = (centre + half - 0.5 >= vec3f(255)) & vec3<bool>(!IS_LOSSY);
  let open = isFirst | isLast;
  let lowerSmall = exp(-abs(lower));
  let upperSmall = exp(-abs(upper));
  let fromLower = select(sigmoid(lower, lowerSmall), vec3f(), isFirst);
  let fromUpper = select(sigmoid(-upper, upperSmall), vec3f(), isLast);
  let width = 2 * half * inverse;
  let inside = within(width);
  var cost: Cost;
  cost.nats = select(softplus(lower, lowerSmall), vec3f(), isFirst) +
    select(softplus(-upper, upperSmall), vec3f(), isLast) - select(log(inside), vec3f(), open);
  cost.mean = (fromUpper - fromLower) * inverse;
  cost.logScale = upper * fromUpper - lower * fromLower +
    select(width * (1 - inside) / inside, vec3f(), open);
  return cost;
}

// What decoders know of a difference: that of the representative of its bin.
fn toldOf(difference: vec3f, step: vec3f) -> vec3f {
  if (!IS_LOSSY) { return difference; }
  let beyond = abs(difference) / step - ZERO_REACH;
  let away = (ZERO_REACH + max(floor(beyond), vec3f()) + 0.5 - DRAWN) * step;
  return select(sign(difference) * away, vec3f(), beyond <= vec3f());
}

// The worth of squared errors as far as the zero bin reaches, and its derivative by the mean.
fn addSquares(cost: ptr<function, Cost>, difference: vec3f, step: vec3f) {
  if (!IS_LOSSY) { return; }
  let steps = difference / step;
  let inside = abs(steps) <= vec3f(ZERO_REACH);
  let square = select(vec3f(ZERO_REACH * ZERO_REACH), steps * steps, inside);
  (*cost).nats += SQUARE_WORTH * square;
  (*cost).mean -= select(vec3f(), 2 * SQUARE_WORTH * steps / step, inside);
}

@compute @workgroup_size(COLUMNS, ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let size = textureDimensions(output).x;
  let quads = textureNumLayers(output) / groups.y;
  let column = group.x * COLUMNS + local.x;
  var bits = 0.0;
  if (column < size) {
    for (var y = local.y; y < size; y += ROWS) {
      let at = vec2u(column, y);
      var values: array<f32, 20>;
      for (var quad = 0u; quad < quads; quad++) {
        let texel = textureLoad(output, at, group.y * quads + quad);
        for (var c = 0u; c < 4u; c++) { values[quad * 4u + c] = texel[c]; }
      }
      for (var phase = 0u; phase < MISSING; phase++) {
        let layer = (group.y * MISSING + phase) * 2u;
        let known = textureLoad(targets, at, layer);
        let centre = textureLoad(targets, at, layer + 1u).xyz;
        let o = phase * 9u;
        let means = vec3f(values[o], values[o + 1u], values[o + 2u]);
        let scales = vec3f(values[o + 3u], values[o + 4u], values[o + 5u]);
        let slopes = vec3f(values[o + 6u], values[o + 7u], values[o + 8u]);
        let step = STEPS * known.w;
        var difference = min(centre, vec3f(255)) - known.xyz - MEAN_UNIT * means;
        var told = toldOf(difference, step);
        difference.y -= slopes.x * told.x;
        told.y = toldOf(difference, step).y;
        difference.z -= slopes.y * told.x + slopes.z * told.y;
        let bounded = clamp(scales, vec3f(LEAST_LOG_SCALE), vec3f(MOST_LOG_SCALE));
        let half = select(vec3f(known.w + 0.5), step / 2, vec3<bool>(IS_LOSSY));
        var cost = binCost(difference, bounded, centre, half);
        addSquares(&cost, difference, step);
        bits += dot(cost.nats, vec3f(1 / LN2));
        // What representatives tell changes in leaps, and has no slope.
        let chain = select(slopes, vec3f(), vec3<bool>(IS_LOSSY));
        let blue = cost.mean.z;
        let red = cost.mean.y - chain.z * blue;
        let green = cost.mean.x - chain.x * red - chain.y * blue;
        // A scale that is held at its bound has no gradient that would push it further, but one that brings it back.
        let isStuck = ((scales < vec3f(LEAST_LOG_SCALE)) & (cost.logScale > vec3f())) |
          ((scales > vec3f(MOST_LOG_SCALE)) & (cost.logScale < vec3f()));
        let byMean = vec3f(green, red, blue) * (SHARE / LN2);
        let byScale = select(cost.logScale, vec3f(), isStuck) * SHARE;
        for (var c = 0u; c < 3u; c++) {
          values[o + c] = MEAN_UNIT * byMean[c];
          values[o + 3u + c] = byScale[c];
        }
        values[o + 6u] = byMean.y * told.x;
        values[o + 7u] = byMean.z * told.x;
        values[o + 8u] = byMean.z * told.y;
      }
      for (var quad = 0u; quad < quads; quad++) {
        let c = quad * 4u;
        var texel = vec4f(values[c], values[c + 1u], values[c + 2u], values[c + 3u]);
        textureStore(gradient, at + 2u, group.y * quads + quad, texel);
      }
    }
  }
  addRows(group.xy, local.xy, vec2f(bits, 0));
}
