import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { NETWORK_GEOMETRIES, NETWORK_STEPS, type NetworkStep } from "../codec/lattice/within.ts";
import { type Engine, kernelNames, openEngine } from "../gpu/engine.ts";
import type { Cells } from "../gpu/geometry.ts";
import type { Network } from "../gpu/network.ts";
import { interpolateCells, restoreCellsByReference } from "../gpu/reference_restoration.ts";
import { randomNetwork, untrainedNetwork } from "./support/networks.ts";
import { makeCells } from "../bench/engine/problems.ts";

const SHAPES = [[1, 1], [1, 12], [12, 1], [7, 5], [33, 17], [64, 48]] as const;

/** Counts of samples compared, of those that differ, and the largest difference in grey levels. */
interface Comparison {
  samples: number;
  differing: number;
  largest: number;
}

async function compareWithReference(
  engine: Engine,
  { network, step, tally }: { network: Network; step: NetworkStep; tally: Comparison },
): Promise<void> {
  const geometry = NETWORK_GEOMETRIES[step];
  for (const [width, height] of SHAPES) {
    const kept = makeCells({ width, height, phases: geometry.kept });
    const expected = await restoreCellsByReference(network, { geometry, kept });
    const found = await engine.restoreCells(network, { geometry, kept });
    assertEquals({ ...found, data: found.data.length }, {
      ...expected,
      data: expected.data.length,
    });
    found.data.forEach((value, index) => {
      const difference = Math.abs(value - expected.data[index]!);
      tally.samples++;
      if (difference > 0) tally.differing++;
      tally.largest = Math.max(tally.largest, difference);
    });
  }
}

function isUntouchedInterpolation(found: Cells, expected: Cells): void {
  assertEquals(found.data.length, expected.data.length);
  assertEquals(found.data.findIndex((value, index) => value !== expected.data[index]), -1);
}

for (const kernel of kernelNames().filter((name) => name !== "reference")) {
  Deno.test(`whole networks through "${kernel}" stay within a grey level of the reference`, async () => {
    const engine = await openEngine({ kernel });
    const tally = { samples: 0, differing: 0, largest: 0 };
    for (const step of NETWORK_STEPS) {
      for (const [channels, blocks] of [[4, 0], [16, 2], [32, 1]] as [number, number][]) {
        const network = randomNetwork(step, { channels, blocks });
        await compareWithReference(engine, { network, step, tally });
      }
    }
    const wide = randomNetwork("quincunx", { channels: 64, blocks: 1 });
    await compareWithReference(engine, { network: wide, step: "quincunx", tally });
    engine.close();
    assert(tally.largest <= 1, `off by ${tally.largest} grey levels`);
    const share = tally.differing / tally.samples;
    assert(share < 0.001, `${tally.differing} of ${tally.samples} samples differ`);
  });

  Deno.test(`an untrained network through "${kernel}" is the interpolator, byte for byte`, async () => {
    const engine = await openEngine({ kernel });
    for (const step of NETWORK_STEPS) {
      const geometry = NETWORK_GEOMETRIES[step];
      const network = untrainedNetwork(step, { channels: 8, blocks: 1 });
      for (const [width, height] of SHAPES) {
        const kept = makeCells({ width, height, phases: geometry.kept });
        const found = await engine.restoreCells(network, { geometry, kept });
        isUntouchedInterpolation(found, interpolateCells(geometry, kept));
      }
    }
    engine.close();
  });
}
