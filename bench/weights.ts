/**
 * The cost of every shipped network, as the rows of the table in `weights/README.md`.
 *
 * `deno task bench weights`
 *
 * @module
 */

import { STEP_CELLS } from "../codec/lattice.ts";
import { countMultiplyAdds, countParameters } from "../gpu/network.ts";
import { loadNetwork, shippedTiers } from "../weights/catalogue.ts";

if (import.meta.main) {
  for (const step of ["quincunx", "grid", "rows"] as const) {
    const cell = STEP_CELLS[step];
    for (const tier of shippedTiers(step)) {
      const { architecture } = (await loadNetwork(step, { tier })).network;
      const file = `${step}-${tier}.safetensors`;
      const { size } = await Deno.stat(new URL(`../weights/${file}`, import.meta.url));
      const cells = [
        `\`${file}\``,
        `${architecture.channels} × ${architecture.blocks}`,
        countParameters(architecture),
        Math.round(countMultiplyAdds(architecture) / (cell.width * cell.height)),
        size,
      ];
      console.log(`| ${cells.map((value) => value.toLocaleString("en")).join(" | ")} |`);
    }
  }
}
