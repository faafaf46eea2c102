/** Images mirrored and transposed pixel by pixel, as the symmetries of a lattice are defined. @module */

import type { Image } from "../../codec/image/image.ts";
import type { Size } from "../../codec/lattice/raster.ts";
import { STEP_CELLS, type StepName } from "../../codec/lattice/steps.ts";
import type { Symmetry } from "../../codec/lattice/symmetries.ts";

/** A symmetry of a step's images. */
export interface Seeing {
  readonly step: StepName;
  readonly symmetry: Symmetry;
}

/** What a symmetry shows of an image; a mirrored side of even length gets a line that repeats the last but one. */
export function see(image: Image, seeing: Seeing): Image {
  const { width, height } = seenSize(image, seeing);
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < image.height + 1; y++) {
    for (let x = 0; x < image.width + 1; x++) {
      const to = seenIndex([x, y], image, seeing);
      if (to === undefined) continue;
      const from = (y < image.height ? y : y - 2) * image.width + (x < image.width ? x : x - 2);
      for (let channel = 0; channel < channels; channel++) {
        data[to * channels + channel] = image.data[from * channels + channel]!;
      }
    }
  }
  return { ...image, width, height, data };
}

/** Which sample of what is seen shows each sample of an image of a size. */
export function samplesSeen(size: Size & { channels: number }, seeing: Seeing): Int32Array {
  const { width, height, channels } = size;
  return Int32Array.from({ length: width * height * channels }, (_, sample) => {
    const pixel = Math.floor(sample / channels);
    const at = seenIndex([pixel % width, Math.floor(pixel / width)], size, seeing)!;
    return at * channels + sample % channels;
  });
}

/** Width and height of what is seen. */
export function seenSize({ width, height }: Size, { step, symmetry }: Seeing): Size {
  const cell = STEP_CELLS[step];
  const longer = (length: number, period: number) => length + (length + 1) % period;
  const across = symmetry.mirrorX ? longer(width, cell.width) : width;
  const down = symmetry.mirrorY ? longer(height, cell.height) : height;
  return symmetry.transpose ? { width: down, height: across } : { width: across, height: down };
}

/** Which pixel shows (x, y), if one does. */
function seenIndex(
  [x, y]: readonly [number, number],
  size: Size,
  seeing: Seeing,
): number | undefined {
  const { mirrorX, mirrorY, transpose } = seeing.symmetry;
  const seen = seenSize(size, seeing);
  const [across, down] = transpose ? [seen.height, seen.width] : [seen.width, seen.height];
  if (x >= across || y >= down) return undefined;
  const column = mirrorX ? across - 1 - x : x;
  const row = mirrorY ? down - 1 - y : y;
  return transpose ? column * seen.width + row : row * seen.width + column;
}
