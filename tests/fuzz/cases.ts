/**
 * Cases: which file is damaged, how, and what it is fed to. A seed and an index decide all of it.
 *
 * @module
 */

import { damageBytes, splice } from "./bytes_damage.ts";
import { buildCorpus, type Format, type Sample } from "./corpus.ts";
import { Dice } from "./dice.ts";
import { damageJpeg } from "./jpeg_damage.ts";
import { damagePng } from "./png_damage.ts";
import { damageSafetensors } from "./safetensors_damage.ts";
import { feed } from "./targets.ts";

/** A file that something is wrong with. */
export interface Case {
  /** The sound file that it was. */
  readonly name: string;
  readonly format: Format;
  readonly bytes: Uint8Array;
  /** What is left to be chosen. */
  readonly dice: Dice;
}

const DAMAGE: Record<Format, (bytes: Uint8Array, dice: Dice) => Uint8Array> = {
  png: damagePng,
  nnc: damagePng,
  coded: damagePng,
  jpeg: damageJpeg,
  weights: damageSafetensors,
  checkpoint: damageSafetensors,
};

/** In how many cases each format is damaged, of all. */
const SHARES: readonly [format: Format, share: number][] = [
  ["png", 0.32],
  ["nnc", 0.2],
  ["coded", 0.08],
  ["jpeg", 0.2],
  ["weights", 0.12],
  ["checkpoint", 0.08],
];

let corpus: Promise<Sample[]> | undefined;

/** The case of a seed and an index. */
export async function makeCase(seed: number, index: number): Promise<Case> {
  const samples = await (corpus ??= buildCorpus());
  const dice = new Dice(seed, index);
  const format = pickFormat(dice);
  const { name, bytes } = dice.pick(samples.filter((sample) => sample.format === format));
  const kind = dice.below(20);
  if (kind === 0) {
    const other = dice.pick(samples);
    return { name, format, bytes: splice(bytes, other.bytes, dice), dice };
  }
  if (kind < 4) return { name, format, bytes: damageBytes(bytes, dice), dice };
  const damaged = DAMAGE[format](bytes, dice);
  const more = kind < 6 && damaged.length > 0;
  return { name, format, bytes: more ? damageBytes(damaged, dice) : damaged, dice };
}

function pickFormat(dice: Dice): Format {
  let rest = dice.below(1e6) / 1e6;
  for (const [format, share] of SHARES) {
    if (rest < share) return format;
    rest -= share;
  }
  return SHARES[0]![0];
}

/**
 * Runs the case of a seed and an index.
 *
 * @returns what became of the file at each target
 * @throws {Finding} if a target breaks a promise.
 */
export async function runCase(seed: number, index: number): Promise<string[]> {
  const { bytes, format, dice } = await makeCase(seed, index);
  return await feed(bytes, { format, dice });
}
