// What follows the sums of exact networks, in integers: a shift to the right rounds down, negative numbers, too. Sums are
// whole numbers below 2^24 in floats, which hold them exactly, and so are slopes and shifts. Nothing overflows: loading proves
// that no sum reaches 2^24, neither with half of its divisor nor times its slope.

fn roundShifted(sum: vec4f, shifts: vec4f) -> vec4i {
  let shift = vec4u(shifts);
  return (vec4i(sum) + ((vec4i(1) << shift) >> vec4u(1))) >> shift;
}

// Negative values times slopes in 1/128.
fn sloped(value: vec4i, slopes: vec4f) -> vec4i {
  return max(value, vec4i()) + ((min(value, vec4i()) * vec4i(slopes) + 64) >> vec4u(7));
}

fn bounded(value: vec4i, limit: i32) -> vec4f {
  return vec4f(clamp(value, vec4i(-limit), vec4i(limit)));
}

