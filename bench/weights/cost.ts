/** What a network costs, from its architecture alone. @module */

import { STEP_CELLS } from "../../codec/lattice/steps.ts";
import { countMultiplyAdds, countParameters } from "../../gpu/network.ts";
import type { NetworkFile } from "../../weights/network_file.ts";
import { isCoarse } from "../scores/place.ts";

/** A coarse step works on a quarter of the image's pixels: every second one of every second row. */
const COARSE_PIXELS = 4;

/** The weights of a network, and its multiply-adds for a pixel of the whole restored image. */
export function costOf({ network, info }: NetworkFile): { weights: number; multiplyAdds: number } {
  const { width, height } = STEP_CELLS[info.step];
  const pixels = width * height * (isCoarse(info) ? COARSE_PIXELS : 1);
  return {
    weights: countParameters(network.architecture),
    multiplyAdds: Math.round(countMultiplyAdds(network.architecture) / pixels),
  };
}
