/**
 * What a format takes on the mean of a set of images at a fidelity, between settings that were measured.
 *
 * @module
 */

import type { LossyCost } from "./lossy_costs.ts";

/** Means over images at every setting: each image counts alike. */
export function meanCosts(images: readonly (readonly LossyCost[])[]): LossyCost[] {
  return images[0]!.map((_, setting) => {
    const mean = (of: (cost: LossyCost) => number) =>
      images.reduce((sum, costs) => sum + of(costs[setting]!), 0) / images.length;
    return {
      bits: mean(({ bits }) => bits),
      psnr: mean(({ psnr }) => psnr),
      ssim: mean(({ ssim }) => ssim),
    };
  });
}

/** How one format stands to another at a fidelity, image by image. */
export interface Standing {
  /** Images of which both have files around that fidelity. */
  readonly images: number;
  /** Of these, those where the first takes more bits. */
  readonly larger: number;
  /** The most bits of the first for each of the second; 0 where there are no images. */
  readonly most: number;
}

/** How a format stands to another, by the costs of every image in both. */
export function compareCosts(
  images: readonly { own: readonly LossyCost[]; other: readonly LossyCost[] }[],
  wanted: { psnr: number } | { ssim: number },
): Standing {
  const shares = images.flatMap(({ own, other }) => {
    const [bits, others] = [bitsAt(own, wanted), bitsAt(other, wanted)];
    return bits === undefined || others === undefined ? [] : [bits / others];
  });
  return {
    images: shares.length,
    larger: shares.filter((share) => share > 1).length,
    most: Math.max(0, ...shares),
  };
}

/**
 * Bits a pixel at a PSNR or an SSIM; the logarithm of bits goes straight between settings, against decibels or the logarithm of
 * what SSIM lacks.
 *
 * @returns nothing where no two settings lie around it
 */
export function bitsAt(
  costs: readonly LossyCost[],
  wanted: { psnr: number } | { ssim: number },
): number | undefined {
  const of = (cost: { psnr: number } | { ssim: number }) =>
    "psnr" in wanted ? (cost as LossyCost).psnr : -Math.log(1 - (cost as LossyCost).ssim);
  const aim = "psnr" in wanted ? wanted.psnr : -Math.log(1 - wanted.ssim);
  for (let index = 1; index < costs.length; index++) {
    const [a, b] = [costs[index - 1]!, costs[index]!];
    if ((of(a) - aim) * (of(b) - aim) > 0) continue;
    const share = of(a) === of(b) ? 0 : (aim - of(a)) / (of(b) - of(a));
    return Math.exp(Math.log(a.bits) + share * (Math.log(b.bits) - Math.log(a.bits)));
  }
  return undefined;
}
