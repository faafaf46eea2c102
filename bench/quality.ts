/**
 * How good restorations are: `deno task bench quality --images DIR`.
 *
 * For every lattice and tier: images, bits per original pixel, PSNR over all and over missing pixels (R, G and B, 8 bits, mean
 * of the per-image dB), and SSIM, each next to the fixed interpolation. Nothing is reported unless every kept pixel of every
 * image is unchanged and compressing every restored image gives the same file, byte for byte.
 *
 * @module
 */

import { compress } from "../codec/compress.ts";
import { type Lattice, latticeSteps } from "../codec/lattice/lattice.ts";
import { placedSteps } from "../codec/lattice/pyramid.ts";
import { decodeImage } from "../codec/read.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { availableTiers, isAveraged } from "../weights/shipped_networks.ts";
import { chooseNetworks } from "../weights/network_choice.ts";
import { decodeNetwork, isFor, type NetworkFile } from "../weights/network_file.ts";
import { INTERPOLATOR, measure, type Nearness, type Subject } from "./quality/measure.ts";
import { listImages } from "./images.ts";
import { type Bench, UsageError } from "./program.ts";
import { QUALITY_OPTIONS, type QualityOptions, qualityOptions } from "./quality/options.ts";
import { formatTable, type QualityRow, type Sample, summarise } from "./quality/report.ts";

/** Everything the bench found. */
export interface QualityReport {
  readonly images: readonly string[];
  readonly engine: string;
  /** One row for every lattice and tier. */
  readonly rows: readonly QualityRow[];
}

/**
 * Measures every lattice and tier asked for.
 *
 * @param onProgress called with a line for every image and lattice
 * @throws {BrokenPromise} if the codec breaks a promise on any image.
 */
export async function measureQuality(
  options: QualityOptions,
  onProgress: (line: string) => void = () => {},
): Promise<QualityReport> {
  const own = options.weights === undefined
    ? undefined
    : decodeNetwork(await Deno.readFile(options.weights));
  const plan = options.lattices
    .filter((lattice) => !own || placedSteps(lattice).some((place) => isFor(own.info, place)))
    .map((lattice) => ({ lattice, tiers: tiersOf(lattice, { options, own }) }));
  const paths = options.images.flatMap((folder) => listImages(folder).slice(0, options.limit));
  if (paths.length === 0) {
    throw new UsageError(`No PNG or JPEG file is in ${options.images.join(", ")}`);
  }
  const engine = await openEngine(options.kernel === undefined ? {} : { kernel: options.kernel });
  try {
    const rows: QualityRow[] = [];
    for (const { lattice, tiers } of plan) {
      const samples = new Map<string, Sample[]>(tiers.map((tier) => [tier, []]));
      for (const path of paths) {
        const subject = await prepare(path, lattice);
        const found = await measureTiers(subject, {
          tiers,
          own,
          others: options.tiers?.[0],
          engine,
        });
        found.forEach((sample, tier) => samples.get(tier)!.push(sample));
        onProgress(describeProgress(subject, found));
      }
      samples.forEach((of, tier) => rows.push(summarise(of, { lattice, tier })));
    }
    return { images: options.images, engine: engine.description, rows };
  } finally {
    engine.close();
  }
}

/** The tiers that a lattice is measured at. A network of one's own is measured averaged, too, if that is asked for. */
export function tiersOf(
  lattice: Lattice,
  { options = {}, own }: {
    options?: Pick<QualityOptions, "tiers"> | undefined;
    own?: NetworkFile | undefined;
  } = {},
): string[] {
  if (own) return [own.info.tier, ...options.tiers?.filter(isAveraged) ?? []];
  const available = latticeSteps(lattice)
    .map((step) => availableTiers(step))
    .reduce((common, tiers) => common.filter((tier) => tiers.includes(tier)));
  const missing = options.tiers?.find((tier) => !available.some((name) => name === tier));
  if (missing !== undefined) {
    throw new UsageError(
      `There is no tier "${missing}" for ${lattice.name}; there are ${available.join(", ")}`,
    );
  }
  return [...options.tiers ?? available];
}

async function prepare(path: string, lattice: Lattice): Promise<Subject> {
  const original = await decodeImage(await Deno.readFile(path));
  const file = await compress(original, { lattice: lattice.name, ratio: lattice.ratio });
  return { name: path, original, lattice, file };
}

/** Restores a subject at every tier, and by the interpolation alone. */
export async function measureTiers(
  subject: Subject,
  { tiers, own, others, engine }: {
    tiers: readonly string[];
    engine: Engine;
    /** A network in place of the shipped one of its step. */
    own?: NetworkFile | undefined;
    /** The tier of the steps that `own` is not for. */
    others?: string | undefined;
  },
): Promise<Map<string, Sample>> {
  const { name, original, file } = subject;
  const networkOf = (tier: string) =>
    chooseNetworks(own ? { own, ...(others !== undefined && { tier: others }) } : { tier });
  const interpolated = await measure(subject, {
    engine: INTERPOLATOR,
    network: networkOf(tiers[0]!),
  });
  const samples = new Map<string, Sample>();
  for (const tier of tiers) {
    const restorer = { engine, network: networkOf(tier), selfEnsemble: isAveraged(tier) };
    const restored: Nearness = await measure(subject, restorer);
    const pixels = original.width * original.height;
    samples.set(tier, { name, pixels, bytes: file.length, restored, interpolated });
  }
  return samples;
}

function describeProgress(subject: Subject, samples: ReadonlyMap<string, Sample>): string {
  const scores = [...samples].map(([tier, { restored, interpolated }]) =>
    `${tier} ${restored.psnr.toFixed(2)} dB (fixed ${interpolated.psnr.toFixed(2)})`
  );
  const { lattice, name } = subject;
  return `${lattice.name} ${lattice.ratio}  ${name}  ${scores.join(", ")}`;
}

/** The bench as a program. */
export const bench: Bench = {
  options: QUALITY_OPTIONS,
  async run(args) {
    const report = await measureQuality(qualityOptions(args), (line) => console.error(line));
    return { report, text: `${report.engine}\n\n${formatTable(report.rows)}` };
  },
};
