/**
 * The steps of lossy files: how wide the bins of each octave and plane are.
 *
 * A unit of Y costs 3, of Co 2 and of Cg 3 in summed squared errors of R, G and B, so steps of Δ, √(3/2)·Δ and Δ cost alike.
 * What coarse octaves get wrong, finer ones are predicted from, so their steps are finer.
 *
 * @module
 */

/** How coarsely a file tells samples. */
export interface LossySettings {
  /** Step of Y in the finest octave, in {@link STEP_PARTS} of a grey level. */
  readonly step: number;
  /** What the steps of chroma are multiplied with, in sixteenths. */
  readonly chroma: number;
  /** What the step of an octave is to that of the next finer one, in 64ths. */
  readonly ratio: number;
  /**
   * Whether steps are the same everywhere, which is best by squared errors. Default: they are finer where little is around a sample,
   * and coarser where much is, which eyes see less.
   */
  readonly isEven?: boolean | undefined;
}

/** Parts of a grey level that steps are stated in. */
export const STEP_PARTS = 64;

/** Parts of one that the factor of chroma is stated in. */
export const CHROMA_PARTS = 16;

/** Parts of one that the ratio of octaves is stated in. */
const RATIO_PARTS = 64;

/** What settings may be: the least and the most of each. */
export const LOSSY_LIMITS = {
  step: [STEP_PARTS / 2, STEP_PARTS * 64],
  chroma: [4, 128],
  ratio: [16, RATIO_PARTS],
} as const;

/** Quanta of a level of Y, Co and Cg. */
const QUANTA = [4, 2, 4] as const;

/** √(3/2) */
const ORANGE_FACTOR = 1.224744871391589;

/** The finest step in levels: a box of finer bins would mostly hold no RGB triple at all. Of grey, one level. */
const LEAST_STEP = 0.5;
const LEAST_GREY_STEP = 1;

/** The steps of an octave. */
export interface OctaveStepWidths {
  /** Of Y′, Co′ and Cg′ in quanta. */
  readonly quanta: readonly [number, number, number];
  /** The step as networks are told: sixteen times its binary logarithm in levels, rounded and held. */
  readonly logarithm: number;
  /** Whether they are the same everywhere; see {@link LossySettings}. */
  readonly isEven: boolean;
}

/**
 * The steps of an octave.
 *
 * @param options.octave how many finer ones there are
 */
export function octaveSteps(
  { step, chroma, ratio, isEven = false }: LossySettings,
  { octave, isGrey }: { octave: number; isGrey: boolean },
): OctaveStepWidths {
  let levels = step / STEP_PARTS;
  // Exact in doubles: six more bits an octave.
  for (let finer = 0; finer < octave; finer++) levels *= ratio / RATIO_PARTS;
  levels = Math.max(isGrey ? LEAST_GREY_STEP : LEAST_STEP, levels);
  const coloured = levels * chroma / CHROMA_PARTS;
  const whole = (width: number) => Math.max(1, Math.floor(width + 0.5));
  return {
    quanta: [
      whole(QUANTA[0] * levels),
      whole(QUANTA[1] * ORANGE_FACTOR * coloured),
      whole(QUANTA[2] * coloured),
    ],
    logarithm: stepLogarithm(levels),
    isEven,
  };
}

/** Sixteenths of an octave that networks are told a step in, least and most. */
export const STEP_LOGARITHMS = [-7, 96] as const;

/** 2^((i + ½) / 16) for i from 0 to 15: literals, as engines differ in powers. */
const SIXTEENTHS = [
  1.0218971486541166,
  1.067140400676823,
  1.1143867425958924,
  1.1637248587775775,
  1.2152473599804688,
  1.2690509571917332,
  1.3252366431597413,
  1.3839098819638320,
  1.4451808069770467,
  1.5091644275934228,
  1.5759808451078865,
  1.6457554781539650,
  1.7186192981224780,
  1.7947090750031072,
  1.8741676341103000,
  1.9571441241754002,
];

/** Sixteen times the binary logarithm, rounded, and held to {@link STEP_LOGARITHMS}. */
export function stepLogarithm(levels: number): number {
  let [scaled, octaves] = [levels, 0];
  for (; scaled >= 2; octaves++) scaled /= 2;
  for (; scaled < 1; octaves--) scaled *= 2;
  const sixteenths = SIXTEENTHS.filter((edge) => scaled >= edge).length;
  const [least, most] = STEP_LOGARITHMS;
  return Math.max(least, Math.min(most, 16 * octaves + sixteenths));
}
