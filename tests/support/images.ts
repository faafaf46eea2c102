/**
 * Images and engines for tests of the codec.
 *
 * @module
 */

import type { Channels, Raster } from "../../codec/lattice/raster.ts";
import type { Image } from "../../codec/image/image.ts";
import { ALL_LATTICES, type Lattice } from "../../codec/lattice/lattice.ts";
import { type Chunk, NO_METADATA } from "../../codec/image/metadata.ts";
import type { RestoreFileOptions } from "../../codec/restore.ts";
import type { Cells } from "../../gpu/geometry.ts";
import { interpolateCells } from "../../gpu/reference_restoration.ts";
import { createRandom, type Random } from "./scene.ts";

/** What an image of noise is made of. */
export interface NoiseOptions {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly seed: number;
  readonly chunks?: readonly Chunk[] | undefined;
}

/** An image of random samples, smoothed in part so that filters have something to do. */
export function noiseImage(options: NoiseOptions): Image {
  const { width, height, channels, seed, chunks } = options;
  const random = createRandom(seed);
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, at) => random() < 0.5 ? at * 3 : random() * 256,
  );
  return { width, height, channels, data, metadata: chunks ? { chunks } : NO_METADATA };
}

/** A case of the property tests. */
export interface Case {
  readonly name: string;
  readonly lattice: Lattice;
  readonly image: Image;
  readonly seed: number;
}

/** Every lattice with every number of channels, at random sizes of 1…40 × 1…40 and at the smallest ones. */
export function latticeCases(options: { seed: number; perPair: number }): Case[] {
  const random = createRandom(options.seed);
  const side = () => 1 + Math.floor(random() * 40);
  const cases: Case[] = [];
  for (const lattice of ALL_LATTICES) {
    for (const channels of [1, 2, 3, 4] as const) {
      const sizes = Array.from({ length: options.perPair }, () => [side(), side()] as const);
      for (const [width, height] of [[1, 1], [1, side()], [side(), 1], [2, 3], ...sizes] as const) {
        const seed = Math.floor(random() * 2 ** 31);
        const image = noiseImage({ width, height, channels, seed });
        const name = `${lattice.name} ${lattice.ratio}, ${width}×${height}×${channels}, ${seed}`;
        cases.push({ name, lattice, image, seed });
      }
    }
  }
  return cases;
}

type Drawing = Pick<RestoreFileOptions, "engine" | "network">;

/** An engine that draws random bytes, the worst network there is. */
export function randomEngine(seed: number): Drawing {
  const random = createRandom(seed);
  return stubEngine((_, missing) => randomCells(missing, random));
}

/** An engine that draws the fixed interpolation, as an untrained network does. */
export function averagingEngine(): Drawing {
  return stubEngine((restore) => restore());
}

function randomCells(like: Cells, random: Random): Cells {
  return { ...like, data: like.data.map(() => random() * 256) };
}

function stubEngine(draw: (average: () => Cells, like: Cells) => Cells): Drawing {
  return {
    network: () => Promise.resolve({ architecture: NO_ARCHITECTURE, layers: [] }),
    engine: {
      restoreCells(_, { geometry, kept, onProgress }) {
        const average = () => interpolateCells(geometry, kept);
        const size = kept.width * kept.height * geometry.missing * 4;
        const like = { ...kept, phases: geometry.missing, data: new Uint8Array(size) };
        onProgress?.(1, 1);
        return Promise.resolve(draw(average, like));
      },
    },
  };
}

const NO_ARCHITECTURE = { inputs: 3, outputs: 3, channels: 4, blocks: 0 };

/** The samples of one pixel. */
export function pixelAt(image: Raster, x: number, y: number): number[] {
  const at = (y * image.width + x) * image.channels;
  return [...image.data.subarray(at, at + image.channels)];
}

/** Whether the design's table says that a lattice keeps (x, y). */
export function isKept(lattice: Lattice, x: number, y: number): boolean {
  switch (`${lattice.name} ${lattice.ratio}`) {
    case "quincunx 2":
      return (x + y) % 2 === 0;
    case "grid 4":
      return x % 2 === 0 && y % 2 === 0;
    case "quincunx 8":
      return x % 2 === 0 && y % 2 === 0 && (x / 2 + y / 2) % 2 === 0;
    case "grid 16":
      return x % 4 === 0 && y % 4 === 0;
    default:
      return y % 2 === 0;
  }
}
