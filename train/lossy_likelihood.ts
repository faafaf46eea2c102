/**
 * What a coded phase of a cell costs in a lossy file, and the gradient of that, in float64: the oracle for what
 * `shaders/coder_loss.wgsl` makes of such files, itself checked against finite differences.
 *
 * A sample x of Y, Co or Cg lies in a bin of width w around its mean μ. Where in the bin, is as good as random: so it costs
 * −log₂ of the probability of x − w/2 … x + w/2 (Ballé, Laparra and Simoncelli, "End-to-end optimized image compression",
 * 2017, train so), and its error, as far as the zero bin reaches, what it is worth at a high rate: 6 nats a squared step.
 * Means follow what decoders know of the colours before, which are the representatives of their bins.
 *
 * @module
 */

import { LOG_SCALES, MEAN_UNIT } from "../weights/coder_units.ts";
import { type BinCost, heldBack, intervalCost, type PhaseCost } from "./coder_likelihood.ts";

/** A phase of a cell that is to be coded; planes in the order Y, Co, Cg, in levels. */
export interface LossyPhase {
  /** The fixed interpolation of each plane. */
  readonly base: readonly number[];
  /** Its samples. */
  readonly values: readonly number[];
  /** The step of Y. */
  readonly step: number;
}

/** Steps of the planes that cost the same squared error, in steps of Y. */
const PLANE_STEPS = [1, 1.224744871391589, 1] as const;

/** How far the zero bin reaches, and how far other representatives lie from the middles of their bins, in steps. */
const ZERO_REACH = 0.6;
const DRAWN = 0.08;

/** What a squared error of a step is worth, in bits. */
const SQUARE_WORTH = 6 / Math.LN2;

/** The cost of a phase for given outputs of a network. */
export function lossyPhaseCost(outputs: ArrayLike<number>, phase: LossyPhase): PhaseCost {
  const { base, values } = phase;
  const steps = PLANE_STEPS.map((factor) => factor * phase.step);
  const told: number[] = [];
  const costs: BinCost[] = [];
  for (let plane = 0; plane < 3; plane++) {
    let difference = values[plane]! - base[plane]! - MEAN_UNIT * outputs[plane]!;
    for (let known = 0; known < plane; known++) {
      difference -= outputs[5 + plane + known]! * told[known]!;
    }
    const logScale = Math.min(Math.max(outputs[3 + plane]!, LOG_SCALES[0]), LOG_SCALES[1]);
    costs.push(sampleCost({ difference, logScale, step: steps[plane]! }));
    told.push(toldOf(difference, steps[plane]!));
  }
  const means = costs.map(({ mean }) => mean);
  return {
    bits: costs.reduce((sum, { bits }) => sum + bits, 0),
    gradient: Float64Array.of(
      ...means.map((mean) => MEAN_UNIT * mean),
      ...costs.map(({ logScale }, plane) => heldBack(logScale, outputs[3 + plane]!)),
      ...[means[1]! * told[0]!, means[2]! * told[0]!, means[2]! * told[1]!],
    ),
  };
}

function sampleCost(
  { difference, logScale, step }: { difference: number; logScale: number; step: number },
): BinCost {
  const cost = intervalCost({
    from: difference - step / 2,
    to: difference + step / 2,
    logScale,
    isFirst: false,
    isLast: false,
  });
  const steps = difference / step;
  const isInside = Math.abs(steps) <= ZERO_REACH;
  return {
    bits: cost.bits + SQUARE_WORTH * (isInside ? steps ** 2 : ZERO_REACH ** 2),
    mean: cost.mean - (isInside ? 2 * SQUARE_WORTH * steps / step : 0),
    logScale: cost.logScale,
  };
}

/** What decoders know of a difference: that of the representative of its bin. */
function toldOf(difference: number, step: number): number {
  const beyond = Math.abs(difference) / step - ZERO_REACH;
  if (beyond <= 0) return 0;
  return Math.sign(difference) * (ZERO_REACH + Math.floor(beyond) + 0.5 - DRAWN) * step;
}
