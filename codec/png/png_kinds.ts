/**
 * PNGs that are not one picture, or not quite PNGs.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 4.9 for animations; for Apple's kind, which has no
 * specification, what Xcode's pngcrush writes.
 *
 * @module
 */

import { viewOf } from "../image/bytes.ts";
import { ImageError } from "../image/image_error.ts";
import type { Chunk } from "../image/metadata.ts";
import type { GatherOptions } from "./metadata.ts";

/**
 * Refuses what Xcode makes of the PNGs in an app: colours in another order and multiplied by alpha, deflated
 * without a header, behind a first chunk `CgBI`.
 *
 * @throws {ImageError} if there is such a chunk.
 */
export function refuseAppleKind(chunks: readonly Pick<Chunk, "type">[]): void {
  if (!chunks.some(({ type }) => type === "CgBI")) return;
  throw new ImageError(
    'The file is a PNG of Apple\'s own kind ("CgBI"), as Xcode packs it into apps, which is no standard PNG; convert ' +
      'it first, on a Mac by "xcrun -sdk iphoneos pngcrush -revert-iphone-optimizations IN.png OUT.png", elsewhere ' +
      'by "pngdefry"',
  );
}

/**
 * Refuses animations, unless they state a single frame and there is a single picture.
 *
 * @throws {ImageError} if there is more than one frame, or should be.
 */
export function requireOneFrame(chunks: readonly Chunk[], { onWarning }: GatherOptions): void {
  const control = chunks.find(({ type }) => type === "acTL")?.data;
  const frames = control && control.length >= 4 ? viewOf(control).getUint32(0) : 0;
  if (frames > 1 || chunks.some(({ type }) => type === "fdAT")) {
    throw new ImageError("The PNG is animated and NNC keeps one image; save a single frame first");
  }
  if (control) {
    onWarning?.("The PNG is an animation of a single frame, which is read as a picture at rest");
  }
}

/** Chunks that pixels depend on, and of which a PNG has one at most. */
const SINGLE = ["IHDR", "PLTE", "tRNS"];

/**
 * Refuses PNGs that state twice, and in different ways, what their pixels mean, as readers differ in which they heed.
 *
 * @throws {ImageError} if there are two headers, palettes or transparencies that are not the same.
 */
export function requireOneMeaning(chunks: readonly Chunk[], { onWarning }: GatherOptions): void {
  for (const single of SINGLE) {
    const [first, ...others] = chunks.filter(({ type }) => type === single);
    if (!first || others.length === 0) continue;
    if (others.some(({ data }) => !haveSameBytes(data, first.data))) {
      throw new ImageError(
        `The PNG has ${
          others.length + 1
        } chunks "${single}" that contradict each other, so that its pixels are ` +
          "uncertain; save it anew with the program that shows it right",
      );
    }
    onWarning?.(`The PNG has its chunk "${single}" ${others.length + 1} times; one is heeded`);
  }
}

function haveSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
