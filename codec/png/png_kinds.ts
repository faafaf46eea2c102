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
