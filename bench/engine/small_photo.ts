/** The cells that starting up is measured with: 512×384 pixels, half of them kept. @module */

import { GEOMETRIES } from "../../codec/lattice/geometries.ts";
import { makeCells } from "./problems.ts";

/** What an engine is asked to restore. */
export const SMALL_PHOTO = {
  geometry: GEOMETRIES.quincunx,
  kept: makeCells({ width: 256, height: 192, phases: GEOMETRIES.quincunx.kept }),
} as const;
