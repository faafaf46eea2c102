/**
 * Cases: which file is damaged, how, and what it is fed to. A seed and an index decide all of it.
 *
 * @module
 */

import { damageBytes, splice } from "./bytes_damage.ts";
import { buildCorpus } from "./corpus.ts";
import { damageCoded } from "./coded_damage.ts";
import { forgeChecksums } from "./coded_forging.ts";
import { Dice } from "./dice.ts";
import { damageJpeg } from "./jpeg_damage.ts";
import { damagePng } from "./png_damage.ts";
import { damageSafetensors } from "./safetensors_damage.ts";
import { MAX_PIXELS } from "./oracle.ts";
import type { Format, Sample } from "./sample.ts";
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
  coded: damageCoded,
  jpeg: damageJpeg,
  weights: damageSafetensors,
  coder: damageSafetensors,
  checkpoint: damageSafetensors,
};

/** In how many cases each format is damaged, of all. */
const SHARES: readonly [format: Format, share: number][] = [
  ["png", 0.32],
  ["nnc", 0.14],
  ["coded", 0.14],
  ["jpeg", 0.2],
  ["weights", 0.09],
  ["coder", 0.03],
  ["checkpoint", 0.08],
];

/** All of them. */
export const FORMATS: readonly Format[] = SHARES.map(([format]) => format);

let corpus: Promise<Sample[]> | undefined;

/** Which case it is. */
export interface CaseOptions {
  /** Which of a seed. */
  readonly index: number;
  /** The formats that are damaged. Default: all. */
  readonly only?: readonly Format[] | undefined;
}

/** The case of a seed and an index. */
export async function makeCase(seed: number, { index, only }: CaseOptions): Promise<Case> {
  const samples = await (corpus ??= buildCorpus());
  const dice = new Dice(seed, index);
  const format = pickFormat(dice, only);
  const { name, bytes } = dice.pick(samples.filter((sample) => sample.format === format));
  const kind = dice.below(20);
  if (kind === 0) {
    const other = dice.pick(samples);
    return { name, format, bytes: splice(bytes, other.bytes, dice), dice };
  }
  if (kind < 4) return { name, format, bytes: damageBytes(bytes, dice), dice };
  const damaged = DAMAGE[format](bytes, dice);
  const more = kind < 6 && damaged.length > 0;
  const spoilt = more ? damageBytes(damaged, dice) : damaged;
  const isForged = format === "coded" && dice.chance(0.5);
  const whole = isForged ? await forgeChecksums(spoilt, { maxPixels: MAX_PIXELS }) : spoilt;
  return { name, format, bytes: whole, dice };
}

function pickFormat(dice: Dice, only: readonly Format[] = FORMATS): Format {
  const shares = SHARES.filter(([format]) => only.includes(format));
  let rest = shares.reduce((sum, [, share]) => sum + share, 0) * dice.below(1e6) / 1e6;
  for (const [format, share] of shares) {
    if (rest < share) return format;
    rest -= share;
  }
  return shares[0]![0];
}

/**
 * Runs the case of a seed and an index.
 *
 * @returns what became of the file at each target
 * @throws {Finding} if a target breaks a promise.
 */
export async function runCase(seed: number, options: CaseOptions): Promise<string[]> {
  const { bytes, format, dice } = await makeCase(seed, options);
  return await feed(bytes, { format, dice });
}
