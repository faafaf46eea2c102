/**
 * What a coded phase of a cell costs in bits, and the gradient of that, in float64: the oracle for
 * `shaders/coder_loss.wgsl`, itself checked against finite differences.
 *
 * A sample's value follows a logistic distribution with mean μ and scale s; its cost is −log₂ of the probability of the
 * bin it lies in. Colours are taken in the order G, R, B. The means of R and B follow what G, and for B also R, turned
 * out to be (Salimans et al., 2017, "PixelCNN++", has the same):
 *
 * ```text
 * μG = baseG + unit·o0
 * μR = baseR + unit·o1 + o6·(G − μG)
 * μB = baseB + unit·o2 + o7·(G − μG) + o8·(R − μR)
 * ```
 *
 * @module
 */

import { LOG_SCALES, MEAN_UNIT } from "../weights/coder_units.ts";
import { representative } from "../codec/entropy/bins.ts";

/** A phase of a cell that is to be coded; colours in the order G, R, B, in grey levels. */
export interface PhaseExample {
  /** The fixed interpolation of each colour. */
  readonly base: readonly number[];
  /** The centre of the bin that each colour lies in. */
  readonly centres: readonly number[];
  /** Half the bin width, rounded down: bins reach from centre − tolerance to centre + tolerance. */
  readonly tolerance: number;
}

/** What a phase costs. */
export interface PhaseCost {
  /** Of all three colours together. */
  readonly bits: number;
  /** Its gradient with respect to the network's outputs, as `coder_units.ts` orders them. */
  readonly gradient: Float64Array;
}

/** The cost of a phase for given outputs of a network. */
export function phaseCost(outputs: ArrayLike<number>, phase: PhaseExample): PhaseCost {
  const { base, centres, tolerance } = phase;
  const output = (place: number) => outputs[place]!;
  const [slopeRG, slopeBG, slopeBR] = [output(6), output(7), output(8)];
  const values = centres.map(representative);
  const residual = (colour: number, shift: number) =>
    values[colour]! - base[colour]! - MEAN_UNIT * output(colour) - shift;
  const green = residual(0, 0);
  const red = residual(1, slopeRG * green);
  const blue = residual(2, slopeBG * green + slopeBR * red);
  const costs = [green, red, blue].map((difference, colour) =>
    binCost({
      mean: values[colour]! - difference,
      logScale: Math.min(Math.max(output(3 + colour), LOG_SCALES[0]), LOG_SCALES[1]),
      centre: centres[colour]!,
      tolerance,
    })
  );
  const [costG, costR, costB] = costs as [BinCost, BinCost, BinCost];
  const meanR = costR.mean - slopeBR * costB.mean;
  const meanG = costG.mean - slopeRG * meanR - slopeBG * costB.mean;
  const gradient = Float64Array.of(
    ...[meanG, meanR, costB.mean].map((mean) => MEAN_UNIT * mean),
    ...costs.map(({ logScale }, colour) => heldBack(logScale, output(3 + colour))),
    ...[meanR * green, costB.mean * green, costB.mean * red],
  );
  return { bits: costG.bits + costR.bits + costB.bits, gradient };
}

/** What a bin costs. */
export interface BinCost {
  /** −log₂ of its probability. */
  readonly bits: number;
  /** Its derivative by the mean, a grey level. */
  readonly mean: number;
  /** Its derivative by the scale's binary logarithm. */
  readonly logScale: number;
}

/**
 * The cost of a bin, in forms that stay exact where its probability is too small to be written as a number.
 *
 * With a and b the bin's ends in scales from the mean, P = σ(b) − σ(a), and
 * −ln P = softplus(−b) + softplus(a) − ln(1 − exp(a − b)).
 */
export function binCost(options: {
  mean: number;
  logScale: number;
  centre: number;
  tolerance: number;
}): BinCost {
  const { mean, logScale, centre, tolerance } = options;
  return intervalCost({
    from: centre - tolerance - 0.5 - mean,
    to: centre + tolerance + 0.5 - mean,
    logScale,
    isFirst: centre === 0,
    isLast: centre + tolerance >= 255,
  });
}

/** The cost of an interval: its ends less the mean, and whether it goes on for ever beyond them. */
export function intervalCost(options: {
  from: number;
  to: number;
  logScale: number;
  isFirst: boolean;
  isLast: boolean;
}): BinCost {
  const { logScale, isFirst, isLast } = options;
  const scale = 2 ** logScale;
  const [from, to] = [options.from / scale, options.to / scale];
  const width = to - from;
  const within = -Math.expm1(-width);
  const upper = isLast ? 0 : sigmoid(-to);
  const lower = isFirst ? 0 : sigmoid(from);
  const open = isFirst || isLast;
  const nats = (isLast ? 0 : softplus(-to)) + (isFirst ? 0 : softplus(from)) -
    (open ? 0 : Math.log(within));
  const byLogarithm = to * upper - from * lower + (open ? 0 : width * (1 - within) / within);
  return {
    bits: nats / Math.LN2,
    mean: (upper - lower) / scale / Math.LN2,
    // In nats by the natural logarithm as in bits by the binary one.
    logScale: byLogarithm,
  };
}

/** A scale that is held at its bound has no gradient that would push it further, but one that brings it back. */
export function heldBack(gradient: number, output: number): number {
  const [least, most] = LOG_SCALES;
  return output < least && gradient > 0 || output > most && gradient < 0 ? 0 : gradient;
}

function sigmoid(x: number): number {
  const small = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : small) / (1 + small);
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
