/**
 * Winograd's transforms in one dimension: F(2, 3) by the points 0, ±1, ∞ and F(4, 3) by 0, ±1, ±2, ∞ (Lavin and Gray,
 * 2016, "Fast algorithms for convolutional neural networks"). A two-dimensional transform applies one to the columns
 * and one to the rows.
 *
 * Filters are transformed in two places, on the host where a network is uploaded and on the device while it is trained; both
 * follow the one description here.
 *
 * @module
 */

/** What a filter's transform is made of, for numbers or for expressions of a shader. */
export interface Arithmetic<Value> {
  /** The sum of two. */
  add(a: Value, b: Value): Value;
  /** The second taken from the first. */
  subtract(a: Value, b: Value): Value;
  /** So many times the value. */
  times(factor: number, a: Value): Value;
  /** The value divided by a number. */
  over(a: Value, divisor: number): Value;
}

/** Of numbers, in float64. */
export const NUMBERS: Arithmetic<number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  times: (factor, a) => factor * a,
  over: (a, divisor) => a / divisor,
};

/** Of expressions in WGSL. */
const EXPRESSIONS: Arithmetic<string> = {
  add: (a, b) => `(${a} + ${b})`,
  subtract: (a, b) => `(${a} - ${b})`,
  times: (factor, a) => `${factor.toFixed(1)} * ${a}`,
  over: (a, divisor) => `${a} / ${divisor.toFixed(1)}`,
};

/** F(m, 3): m outputs of a filter of three taps from m + 2 inputs, by m + 2 products. */
export interface Transform {
  /** m. */
  readonly outputs: 2 | 4;
  /** `G`: three taps as the m + 2 factors of the products. */
  filter<Value>(taps: readonly [Value, Value, Value], by: Arithmetic<Value>): Value[];
  /** `Bᵀ`: statements that make `to` of the m + 2 inputs `from`. Names that end in `tag` are theirs. */
  inputs(from: readonly string[], into: { to: readonly string[]; tag: string }): string[];
  /** `Aᵀ`: statements that make the m outputs `to` of the products `from`. Names that end in `tag` are theirs. */
  outputsOf(from: readonly string[], into: { to: readonly string[]; tag: string }): string[];
}

/** F(2, 3). */
export const TWO: Transform = {
  outputs: 2,
  filter: ([a, b, c], { add, subtract, over }) => [
    a,
    over(add(add(a, b), c), 2),
    over(add(subtract(a, b), c), 2),
    c,
  ],
  inputs: ([d0, d1, d2, d3], { to }) => [
    `let ${to[0]} = ${d0} - ${d2};`,
    `let ${to[1]} = ${d1} + ${d2};`,
    `let ${to[2]} = ${d2} - ${d1};`,
    `let ${to[3]} = ${d1} - ${d3};`,
  ],
  outputsOf: ([m0, m1, m2, m3], { to }) => [
    `let ${to[0]} = ${m0} + ${m1} + ${m2};`,
    `let ${to[1]} = ${m1} - ${m2} - ${m3};`,
  ],
};

/** F(4, 3). */
export const FOUR: Transform = {
  outputs: 4,
  filter: ([a, b, c], { add, subtract, times, over }) => [
    over(a, 4),
    over(add(add(a, b), c), -6),
    over(add(subtract(a, b), c), -6),
    over(add(add(a, times(4, c)), times(2, b)), 24),
    over(subtract(add(a, times(4, c)), times(2, b)), 24),
    c,
  ],
  inputs: ([d0, d1, d2, d3, d4, d5], { to, tag }) => [
    `let even${tag} = ${d4} - 4.0 * ${d2};`,
    `let odd${tag} = ${d3} - 4.0 * ${d1};`,
    `let near${tag} = ${d4} - ${d2};`,
    `let far${tag} = 2.0 * (${d3} - ${d1});`,
    `let ${to[0]} = 4.0 * (${d0} - ${d2}) + near${tag};`,
    `let ${to[1]} = even${tag} + odd${tag};`,
    `let ${to[2]} = even${tag} - odd${tag};`,
    `let ${to[3]} = near${tag} + far${tag};`,
    `let ${to[4]} = near${tag} - far${tag};`,
    `let ${to[5]} = (${d5} - ${d3}) - 2.0 * far${tag};`,
  ],
  outputsOf: ([m0, m1, m2, m3, m4, m5], { to, tag }) => [
    `let even${tag} = ${m1} + ${m2};`,
    `let odd${tag} = ${m1} - ${m2};`,
    `let near${tag} = ${m3} + ${m4};`,
    `let far${tag} = ${m3} - ${m4};`,
    `let ${to[0]} = ${m0} + even${tag} + near${tag};`,
    `let ${to[1]} = odd${tag} + 2.0 * far${tag};`,
    `let ${to[2]} = even${tag} + 4.0 * near${tag};`,
    `let ${to[3]} = odd${tag} + 8.0 * far${tag} + ${m5};`,
  ],
};

/** A function in WGSL that transforms three taps of four filters, `vec4f` each, into an array of the factors. */
export function filterFunction(name: string, { outputs, filter }: Transform): string {
  return `fn ${name}(a: vec4f, b: vec4f, c: vec4f) -> array<vec4f, ${outputs + 2}> {
  return array(${filter(["a", "b", "c"], EXPRESSIONS).join(", ")});
}
`;
}
