/**
 * PNGs that are not one picture, or not quite PNGs.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 4.9 for animations, 5.2 for signatures, 5.6 for
 * orders; for Apple's kind, which has no specification, what Xcode's pngcrush writes.
 *
 * @module
 */

import { latin1Text, viewOf } from "../image/bytes.ts";
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

/** What every PNG begins with. */
const SIGNATURE = "\x89PNG\r\n\x1a\n";

/** What becomes of that in a transfer as text: other ends of lines, and another first byte, or several, where letters have codes. */
// deno-lint-ignore no-control-regex
const TEXT_SIGNATURE = /^[^P]{1,3}PNG[\r\n]{1,4}\x1a[\r\n]/;

/** Bytes in which a signature is looked for. */
const SEARCHED = 4096;

/** Says of a file that does not begin as a PNG what happened to it, if it was one. */
export function explainLostStart(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "The file is empty; get it again";
  const start = latin1Text(bytes.subarray(0, SEARCHED));
  if (!start.startsWith(SIGNATURE) && TEXT_SIGNATURE.test(start)) {
    return "The file was a PNG until it was sent as text, which replaces bytes wherever they look like ends of lines, so that " +
      "its pixels are lost; get it again, as binary";
  }
  const ahead = start.indexOf(SIGNATURE);
  return ahead > 0 ? explainAhead(ahead, "PNG") : undefined;
}

/** Says that an image begins behind the first bytes of a file. */
export function explainAhead(count: number, kind: "PNG" | "JPEG"): string {
  const ending = kind === "PNG" ? "png" : "jpg";
  return `The file has ${count} bytes before a ${kind} begins, so it is none; if they do not belong there, cut them off: ` +
    `tail -c +${count + 1} FILE > photo.${ending}`;
}

/** Chunks that belong before the pixels whose meaning they are, in this order. */
const BEFORE_PIXELS = ["PLTE", "tRNS", "IDAT"];

/** Tells of chunks that are out of place, and say what they say all the same. */
export function warnOfOrder(chunks: readonly Chunk[], { onWarning }: GatherOptions): void {
  const types = chunks.map(({ type }) => type);
  for (const [at, type] of BEFORE_PIXELS.entries()) {
    const place = types.indexOf(type);
    const late = BEFORE_PIXELS.slice(at + 1).find((later) =>
      types.includes(later) && types.indexOf(later) < place
    );
    if (place >= 0 && late) {
      onWarning?.(
        `The PNG has its chunk "${type}" after "${late}", where it does not belong; it is read all the same, which other programs may not do`,
      );
    }
  }
  const between = types.slice(types.indexOf("IDAT"), types.lastIndexOf("IDAT"))
    .find((type) => type !== "IDAT");
  if (between) {
    onWarning?.(
      `The PNG has its chunk "${between}" amidst those of its pixels, where none belongs; the pixels are whole`,
    );
  }
}
