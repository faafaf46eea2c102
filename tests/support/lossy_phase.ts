import type { CodedPhase, LossySamples } from "../../codec/entropy/coded_phase.ts";
import { LOSSY_RANGES } from "../../codec/entropy/lossy_bins.ts";
import { Random } from "../../train/random.ts";
import { noisyPhase } from "./noisy_phase.ts";

/** A noisy phase with samples of luma and chroma, some of them at the ends of their ranges. */
export function lossyPhase(options: {
  phase: number;
  width: number;
  height: number;
  steps: readonly [number, number, number];
  colours: 1 | 3;
  seed: number;
  isEven?: boolean;
}): CodedPhase & { readonly lossy: LossySamples } {
  const { steps, seed, isEven = false } = options;
  const phase = noisyPhase({ ...options, maxError: 0 });
  const random = new Random(seed);
  const samples = phase.stride * phase.height * 4;
  const lossy = {
    steps,
    isEven,
    quanta: new Int16Array(samples),
    bounds: new Int16Array(2 * samples),
  };
  for (let at = 0; at < samples; at++) {
    const colour = at % 4;
    if (colour === 3) continue;
    const { least, most, unit, centre } = LOSSY_RANGES[colour]!;
    const prediction = (at >> 2) * 9 + colour;
    phase.predictions[prediction]! -= 16 * centre;
    const value = Math.round(
      phase.predictions[prediction]! / 16 / unit + random.below(5 * steps[colour]!) -
        2.5 * steps[colour]!,
    );
    const held = Math.min(most, Math.max(least, value));
    lossy.quanta[at] = random.next() < 0.9 ? held : random.next() < 0.5 ? least : most;
  }
  return { ...phase, samples: new Uint8Array(0), lossy };
}

/** What a phase has before it is decoded. */
export function withoutQuanta(lossy: LossySamples): LossySamples {
  return {
    steps: lossy.steps,
    isEven: lossy.isEven,
    quanta: new Int16Array(lossy.quanta.length),
    bounds: new Int16Array(lossy.bounds.length),
  };
}

/** The same once more. */
export function copyOfLossy({ steps, isEven, quanta, bounds }: LossySamples): LossySamples {
  return { steps, isEven, quanta: quanta.slice(), bounds: bounds.slice() };
}
