/**
 * Luma and chroma of lossy files, and back: Y′ = R + 2G + B, Co′ = R − B, Cg′ = 2G − R − B, whole numbers called quanta.
 *
 * A bin of each of the three makes a box, in which the original lies; so there is an RGB triple inside, and every reader
 * takes one from there. The transform is that of Malvar, Sullivan and Srinivasan, "Lifting-based reversible color
 * transformations for image compression" (2008), without its rounding.
 *
 * @module
 */

import type { Raster, Size } from "../lattice/raster.ts";

/** Pixels in quanta: Y′ alone, or in the places of R, G and B Co′, Y′ and Cg′. */
export interface QuantaImage extends Size {
  /** Samples of a pixel. */
  readonly channels: 1 | 3;
  /** `[height][width][channels]` */
  readonly data: Int16Array;
}

/** Colours of 8 bits, without alpha, in quanta. */
export function toQuanta({ width, height, channels, data }: Raster): QuantaImage {
  const quanta = new Int16Array(data.length);
  if (channels === 1) {
    for (let at = 0; at < data.length; at++) quanta[at] = 4 * data[at]!;
    return { width, height, channels: 1, data: quanta };
  }
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    quanta[at] = red - blue;
    quanta[at + 1] = red + 2 * green + blue;
    quanta[at + 2] = 2 * green - red - blue;
  }
  return { width, height, channels: 3, data: quanta };
}

/** Y′, Co′ and Cg′ of the RGB triple that begins at `at`. */
export function quantaAt(
  data: Uint8Array,
  at: number,
): [luma: number, orange: number, green: number] {
  const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
  return [red + 2 * green + blue, red - blue, 2 * green - red - blue];
}

/** Bounds of a plane's bin, first and last value, and what stands for it. */
export type Bin = readonly [first: number, last: number, representative: number];

/** The grey level inside a bin of Y′ that is nearest to what stands for it; the nearest of all where none is inside. */
export function greyInside([first, last, representative]: Bin): number {
  const nearest = Math.floor(representative / 4 + 0.5);
  return Math.max(0, Math.min(255, Math.floor(last / 4), Math.max(Math.ceil(first / 4), nearest)));
}

/**
 * The RGB triple inside the bins of Y′, Co′ and Cg′ that is nearest to what stands for them, by squared differences; the nearest of
 * all where none is inside, as in a file that no encoder wrote.
 *
 * @param to gets R, G and B from `at` on
 */
export function coloursInside(
  [luma, orange, green]: readonly [Bin, Bin, Bin],
  { to, at }: { to: Uint8Array; at: number },
): void {
  // Four times G, twice R + B, and R − B of what stands for the bins.
  const [fourGreen, twiceSum, difference] = [luma[2] + green[2], luma[2] - green[2], orange[2]];
  const g = held(Math.floor(fourGreen / 4 + 0.5));
  const r = held(Math.floor((twiceSum + 2 * difference) / 4 + 0.5));
  const b = held(Math.floor((twiceSum - 2 * difference) / 4 + 0.5));
  to[at] = r;
  to[at + 1] = g;
  to[at + 2] = b;
  const isInside = within(r + 2 * g + b, luma) && within(r - b, orange) &&
    within(2 * g - r - b, green);
  if (isInside) return;
  let least = Infinity;
  const first = Math.max(0, Math.ceil((luma[0] + green[0]) / 4));
  const last = Math.min(255, Math.floor((luma[1] + green[1]) / 4));
  for (let one = first; one <= last; one++) {
    const greenCost = (4 * one - fourGreen) ** 2;
    if (greenCost >= least) {
      if (4 * one > fourGreen) break;
      continue;
    }
    const lowest = Math.max(0, luma[0] - 2 * one, 2 * one - green[1]);
    const highest = Math.min(510, luma[1] - 2 * one, 2 * one - green[0]);
    for (let sum = lowest; sum <= highest; sum++) {
      const sumCost = greenCost + 2 * (2 * sum - twiceSum) ** 2;
      if (sumCost >= least) {
        if (2 * sum > twiceSum) break;
        continue;
      }
      const found = differenceInside(sum, orange);
      if (found === undefined) continue;
      const cost = sumCost + 8 * (found - difference) ** 2;
      if (cost >= least) continue;
      least = cost;
      to[at] = (sum + found) / 2;
      to[at + 1] = one;
      to[at + 2] = (sum - found) / 2;
    }
  }
}

/** The R − B inside a bin that goes with an R + B, nearest to what stands for the bin. */
function differenceInside(sum: number, [first, last, representative]: Bin): number | undefined {
  const reach = Math.min(sum, 510 - sum);
  let [low, high] = [Math.max(first, -reach), Math.min(last, reach)];
  if ((low ^ sum) & 1) low++;
  if ((high ^ sum) & 1) high--;
  if (low > high) return undefined;
  if (representative <= low) return low;
  if (representative >= high) return high;
  return (representative ^ sum) & 1 ? representative + 1 : representative;
}

function within(value: number, [first, last]: Bin): boolean {
  return value >= first && value <= last;
}

function held(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
