/** Checks an image that is too large for the reference where the reference can follow: in small windows. @module */

import type { Cells, Geometry } from "../../gpu/geometry.ts";
import type { Network } from "../../gpu/network.ts";
import { restoreCellsByReference } from "../../gpu/reference_restoration.ts";
import { haloOf } from "../../gpu/tile_plan.ts";
import { type Agreement, compareCells, mergeAgreements, NO_SAMPLES } from "./agreement.ts";

/** Cells per side of a window. */
const SIDE = 16;

/** A rectangle of cells. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Compares the corners that lie farthest apart and the centre of a restored image with what the reference makes of them.
 *
 * A window's cells depend on those around it, as far as the network looks, and on no others.
 */
export async function compareWindows(
  found: Cells,
  { network, geometry, kept }: { network: Network; geometry: Geometry; kept: Cells },
): Promise<Agreement> {
  const { width, height } = kept;
  const halo = haloOf(network.architecture);
  let tally = NO_SAMPLES;
  for (const part of [0, 0.5, 1]) {
    const window = clip(
      { x: Math.round((width - SIDE) * part), y: Math.round((height - SIDE) * part) },
      { around: 0, image: kept },
    );
    const region = clip(window, { around: halo, image: kept });
    const expected = await restoreCellsByReference(network, {
      geometry,
      kept: crop(kept, region),
    });
    const inside = { ...window, x: window.x - region.x, y: window.y - region.y };
    tally = mergeAgreements(tally, compareCells(crop(found, window), crop(expected, inside)));
  }
  return tally;
}

/** A window with so many cells around it, as far as the image goes. */
function clip(
  { x, y }: { x: number; y: number },
  { around, image }: { around: number; image: { width: number; height: number } },
): Area {
  const [left, top] = [Math.max(0, x - around), Math.max(0, y - around)];
  return {
    x: left,
    y: top,
    width: Math.min(image.width, x + SIDE + around) - left,
    height: Math.min(image.height, y + SIDE + around) - top,
  };
}

function crop({ width, height, phases, data }: Cells, area: Area): Cells {
  const cropped = new Uint8Array(phases * area.width * area.height * 4);
  let to = 0;
  for (let phase = 0; phase < phases; phase++) {
    for (let row = 0; row < area.height; row++, to += area.width * 4) {
      const from = ((phase * height + area.y + row) * width + area.x) * 4;
      cropped.set(data.subarray(from, from + area.width * 4), to);
    }
  }
  return { width: area.width, height: area.height, phases, data: cropped };
}
