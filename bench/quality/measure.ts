/** One image through one lattice: compressed, restored, checked against the promises, and compared. @module */

import { compress } from "../../codec/compress.ts";
import { hasAlpha } from "../../codec/lattice/raster.ts";
import type { Image } from "../../codec/image/image.ts";
import type { Lattice } from "../../codec/lattice/lattice.ts";
import type { StepName } from "../../codec/lattice/steps.ts";
import { psnr, ssim } from "../../codec/image/metrics.ts";
import { restore } from "../../codec/restore.ts";
import type { Engine } from "../../gpu/engine.ts";
import type { Network } from "../../gpu/network.ts";
import { interpolateCells } from "../../gpu/reference_restoration.ts";
import { missingMask } from "./kept.ts";

/** How near a restored image is to its original. */
export interface Nearness {
  /** Peak signal-to-noise ratio over all pixels, in dB. */
  readonly psnr: number;
  /** The same over the pixels that were not kept. */
  readonly psnrMissing: number;
  readonly ssim: number;
}

/** An image that was compressed and is ready to be restored. */
export interface Subject {
  readonly name: string;
  readonly original: Image;
  readonly lattice: Lattice;
  readonly file: Uint8Array;
}

/** What restores: an engine, its network for every step, and whether what it draws is averaged. */
export interface Restorer {
  readonly engine: Engine;
  /** The network of a step and its spacing. */
  readonly network: (step: StepName, place: { readonly spacing: number }) => Promise<Network>;
  /** Whether what is drawn of mirrored and turned images is averaged; default: false. */
  readonly selfEnsemble?: boolean | undefined;
}

/** A promise of the codec does not hold for a file, so nothing measured on it means anything. */
export class BrokenPromise extends Error {
  /** Always `"BrokenPromise"`. */
  override readonly name = "BrokenPromise";
}

/** Runs the fixed interpolation in place of every network. */
export const INTERPOLATOR: Engine = {
  description: "the fixed interpolation",
  kernel: "none",
  software: true,
  verdicts: [],
  restoreCells: (_, { geometry, kept }) => Promise.resolve(interpolateCells(geometry, kept)),
  close: () => {},
};

/**
 * Restores a file, verifies what the codec promises, and compares the result with the original.
 *
 * @throws {BrokenPromise} if a kept pixel changed, or if compressing the restored image gives another file.
 */
export async function measure(subject: Subject, restorer: Restorer): Promise<Nearness> {
  const { original, lattice } = subject;
  const restored = await restore(subject.file, restorer);
  const mask = missingMask(original, lattice);
  checkKept(subject, { restored, mask });
  const again = await compress(restored, { lattice: lattice.name, ratio: lattice.ratio });
  if (!equalBytes(again, subject.file)) {
    throw new BrokenPromise(
      `${
        describe(subject)
      }: compressing the restored image gave another file (${again.length} bytes, ` +
        `expected the same ${subject.file.length})`,
    );
  }
  return {
    psnr: psnr(original, restored),
    psnrMissing: psnr(original, restored, { mask }),
    ssim: ssim(original, restored),
  };
}

function checkKept(subject: Subject, { restored, mask }: { restored: Image; mask: Uint8Array }) {
  const { original } = subject;
  const { width, height, channels } = original;
  // Alpha is left out of a file whose kept pixels are all opaque.
  const opaque = restored.channels === channels - 1 && hasAlpha(channels);
  if (
    restored.width !== width || restored.height !== height ||
    restored.channels !== channels && !opaque
  ) {
    throw new BrokenPromise(
      `${describe(subject)}: expected ${width}×${height} pixels of ${channels} channels, found ` +
        `${restored.width}×${restored.height} of ${restored.channels}`,
    );
  }
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (mask[pixel] !== 0) continue;
    for (let channel = 0; channel < channels; channel++) {
      const before = original.data[pixel * channels + channel]!;
      const after = channel < restored.channels
        ? restored.data[pixel * restored.channels + channel]!
        : 255;
      if (after !== before) {
        throw new BrokenPromise(
          `${describe(subject)}: the kept pixel (${pixel % width}, ${
            Math.floor(pixel / width)
          }) changed ` +
            `from ${before} to ${after}`,
        );
      }
    }
  }
}

function describe({ name, lattice }: Subject): string {
  return `"${name}", ${lattice.name} at ratio ${lattice.ratio}`;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
