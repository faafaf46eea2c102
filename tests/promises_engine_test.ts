import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { psnr } from "../codec/image/metrics.ts";
import { keptMask } from "../codec/lattice/packing.ts";
import { restore } from "../codec/restore.ts";
import { openEngine } from "../gpu/engine.ts";
import { averagingEngine, latticeCases } from "./support/images.ts";
import { randomNetwork, untrainedNetwork } from "./support/networks.ts";

Deno.test("with a real engine and a lively network, kept pixels and files are as promised", async () => {
  const engine = await openEngine();
  try {
    let drawn = 0;
    for (const item of latticeCases({ seed: 21, perPair: 1 })) {
      const { image, lattice: { name: lattice, ratio } } = item;
      const file = await compress(image, { lattice, ratio });
      const network = (step: typeof lattice) => Promise.resolve(randomNetwork(step));
      const restored = await restore(file, { engine, network });
      const averaged = await restore(file, averagingEngine());
      const mask = keptMask(image, item.lattice);
      assertEquals(psnr(restored, image, { mask }), Infinity, item.name);
      assertEquals(await compress(restored, { lattice, ratio }), file, item.name);
      if (psnr(restored, averaged) < Infinity) drawn++;
    }
    assert(drawn > 40, `the network drew something in ${drawn} images`);
  } finally {
    engine.close();
  }
});

Deno.test("with a real engine, an untrained network is the fixed interpolation", async () => {
  const engine = await openEngine();
  try {
    const network = (step: "quincunx" | "grid" | "rows") => Promise.resolve(untrainedNetwork(step));
    for (const { image, lattice, name } of latticeCases({ seed: 22, perPair: 1 })) {
      const file = await compress(image, { lattice: lattice.name, ratio: lattice.ratio });
      const { data } = await restore(file, averagingEngine());
      assertEquals((await restore(file, { engine, network })).data, data, name);
    }
  } finally {
    engine.close();
  }
});
