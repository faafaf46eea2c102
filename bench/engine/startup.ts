/**
 * What a user waits for one small photo, decoding and encoding apart: opens an engine, restores 512×384 pixels, and
 * prints the milliseconds since the process started. Run by `../engine.ts`.
 *
 * @module
 */

import { GEOMETRIES } from "../../codec/lattice.ts";
import { openEngine } from "../../gpu/engine.ts";
import { randomNetwork } from "../../tests/support/networks.ts";
import { makeCells } from "../../tests/support/planes.ts";

const engine = await openEngine();
const geometry = GEOMETRIES.quincunx;
await engine.restoreCells(randomNetwork("quincunx", { channels: 32, blocks: 4 }), {
  geometry,
  kept: makeCells({ width: 256, height: 192, phases: geometry.kept }),
});
console.log(performance.now());
engine.close();
