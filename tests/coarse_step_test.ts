import {
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { attenuate } from "../codec/attenuation.ts";
import { compress } from "../codec/compress.ts";
import { ALL_LATTICES, type Lattice } from "../codec/lattice/lattice.ts";
import { placedSteps } from "../codec/lattice/pyramid.ts";
import type { StepName } from "../codec/lattice/steps.ts";
import { restore } from "../codec/restore.ts";
import type { Network } from "../gpu/network.ts";
import { encodeNetwork } from "../weights/network_file.ts";
import { averagingEngine, noiseImage } from "./support/images.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

Deno.test("restoring asks for the network of every step once, coarse to fine, and says its spacing", async () => {
  const image = noiseImage({ width: 19, height: 14, channels: 3, seed: 1 });
  for (const lattice of ALL_LATTICES) {
    const asked: { step: StepName; spacing: number }[] = [];
    await restore(await compress(image, { lattice: lattice.name, ratio: lattice.ratio }), {
      ...averagingEngine(),
      network: (step, { spacing }) => {
        asked.push({ step, spacing });
        return Promise.resolve(randomNetwork(step));
      },
    });
    assertEquals(asked, placedSteps(lattice).reverse());
  }
});

Deno.test("the fine step adds half of what its network draws where three of four pixels were drawn", async () => {
  const image = noiseImage({ width: 19, height: 14, channels: 3, seed: 2 });
  for (const lattice of ALL_LATTICES) {
    const networks: Network[] = [];
    const given: Network[] = [];
    const { engine } = averagingEngine();
    await restore(await compress(image, { lattice: lattice.name, ratio: lattice.ratio }), {
      engine: {
        ...engine,
        restoreCells: (network, options) => {
          given.push(network);
          return engine.restoreCells(network, options);
        },
      },
      network: (step) => {
        networks.push(randomNetwork(step));
        return Promise.resolve(networks.at(-1)!);
      },
    });
    const shares = given.map((network, index) => {
      const [from, to] = [networks[index]!, network].map(({ layers }) => layers.at(-1)!);
      assertEquals(network.layers.slice(0, -1), networks[index]!.layers.slice(0, -1));
      const share = to!.bias[0]! / from!.bias[0]!;
      assertEquals(to!.weights, from!.weights.map((weight) => share * weight));
      assertEquals(to!.bias, from!.bias.map((bias) => share * bias));
      return share;
    });
    assertEquals(shares.at(-1), lattice.ratio === 16 ? 0.5 : 1);
    assertEquals(shares.slice(0, -1), shares.slice(0, -1).map(() => 1));
  }
});

Deno.test("a network is attenuated once, so that its weights stay on the device", () => {
  const network = randomNetwork("grid");
  assertStrictEquals(attenuate(network), attenuate(network));
});

/** A workplace with a file of a lattice, and `coarse.safetensors`, a grid network for pixels 2 apart. */
async function prepare({ name, ratio }: Lattice): Promise<Workplace> {
  const place = new Workplace();
  Deno.writeFileSync(
    place.path("photo.nnc"),
    await compress(sceneImage(), { lattice: name, ratio }),
  );
  const info = { ...testInfo("grid"), spacings: [2] };
  Deno.writeFileSync(
    place.path("coarse.safetensors"),
    encodeNetwork(randomNetwork("grid"), info),
  );
  return place;
}

const RESTORE = ["-d", "photo.nnc", "--device", "cpu", "--weights", "coarse.safetensors"] as const;

Deno.test("weights for pixels 2 apart draw the coarse step and leave the other to what is shipped", async () => {
  using place = await prepare({ name: "grid", ratio: 16 });
  const { stdout } = await place.exits(0, ...RESTORE, "--tier", "draft", "--json");
  assertEquals(JSON.parse(stdout).networks, { "coarse grid": "coarse.safetensors", grid: "draft" });
});

Deno.test("weights for pixels 2 apart are refused where all pixels are wanted", async () => {
  using place = await prepare({ name: "grid", ratio: 4 });
  const { stderr } = await place.exits(1, ...RESTORE);
  assertStringIncludes(
    stderr,
    'is for "grid" of pixels 2 apart, and this file needs one for "grid"',
  );
});
