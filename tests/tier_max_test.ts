import { assert, assertEquals, assertNotEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { measureQuality } from "../bench/quality.ts";
import { Arguments } from "../bench/program.ts";
import { QUALITY_OPTIONS, qualityOptions } from "../bench/quality/options.ts";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES, latticeSteps } from "../codec/lattice/lattice.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { restore as restoreByTier } from "../mod.ts";
import {
  availableTiers,
  isAveraged,
  loadNetwork,
  shippedTiers,
} from "../weights/shipped_networks.ts";
import { encodeNetwork } from "../weights/network_file.ts";
import { averagingEngine, isKept, latticeCases, noiseImage, pixelAt } from "./support/images.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;
const ENGINE = await openEngine({ device: "cpu" });
const NETWORKS = {
  engine: ENGINE,
  network: (step: (typeof STEPS)[number]) =>
    Promise.resolve(randomNetwork(step, { channels: 4, blocks: 0 })),
};

/** Every other case: five sizes of every lattice and number of channels take long. */
const isEven = (_: unknown, index: number) => index % 2 === 0;

/** An engine that notes how many views it is asked to average. */
function noteViews(): { engine: Pick<Engine, "restoreCells">; views: (number | undefined)[] } {
  const views: (number | undefined)[] = [];
  const { engine } = averagingEngine();
  return {
    views,
    engine: {
      ...engine,
      restoreCells(network, options) {
        views.push(options.views?.length);
        return engine.restoreCells(network, options);
      },
    },
  };
}

Deno.test("averaged: a kept pixel is never changed, and what is restored compresses to the same bytes", async () => {
  for (const { image, lattice, name } of latticeCases({ seed: 21, perPair: 1 }).filter(isEven)) {
    const options = { lattice: lattice.name, ratio: lattice.ratio };
    const file = await compress(image, options);
    const restored = await restore(file, { ...NETWORKS, selfEnsemble: true });
    assertEquals([restored.width, restored.height], [image.width, image.height], name);
    assertEquals(await compress(restored, options), file, name);
    if (restored.channels !== image.channels) continue;
    for (let at = 0; at < image.width * image.height; at++) {
      const [x, y] = [at % image.width, Math.floor(at / image.width)];
      if (isKept(lattice, x, y)) assertEquals(pixelAt(restored, x, y), pixelAt(image, x, y), name);
    }
  }
});

Deno.test("averaging draws other colours, and the same alpha", async () => {
  const file = await compress(noiseImage({ width: 22, height: 15, channels: 4, seed: 4 }));
  const split = (image: Image) => {
    const alpha = image.data.filter((_, at) => at % 4 === 3);
    return { alpha, colours: image.data.filter((_, at) => at % 4 !== 3) };
  };
  const once = split(await restore(file, NETWORKS));
  const averaged = split(await restore(file, { ...NETWORKS, selfEnsemble: true }));
  assertEquals(averaged.alpha, once.alpha);
  assertNotEquals(averaged.colours, once.colours);
});

Deno.test("every step of a lattice is averaged over eight views, and progress runs once", async () => {
  for (const lattice of ALL_LATTICES) {
    const options = { lattice: lattice.name, ratio: lattice.ratio };
    const file = await compress(
      noiseImage({ width: 30, height: 21, channels: 3, seed: 6 }),
      options,
    );
    const { engine, views } = noteViews();
    const shares: number[] = [];
    await restore(file, { ...averagingEngine(), engine, selfEnsemble: true });
    assertEquals(views, latticeSteps(lattice).map(() => 8));
    await restore(file, {
      ...NETWORKS,
      selfEnsemble: true,
      tile: 8,
      onProgress: (done, total) => shares.push(done / total),
    });
    assert(shares.every((share, index) => share > 0 && share >= (shares[index - 1] ?? 0)));
    assert(shares.length >= 8 && shares.at(-1) === 1);
  }
});

Deno.test("the tier max averages what the best network of each step draws", async () => {
  for (const step of STEPS) {
    assertEquals(availableTiers(step), [...shippedTiers(step), "max"]);
    assertEquals(availableTiers(step).filter(isAveraged), ["max"]);
    const best = await loadNetwork(step, { tier: shippedTiers(step).at(-1)! });
    assertEquals(await loadNetwork(step, { tier: "max" }), best);
  }
  const file = await compress(noiseImage({ width: 14, height: 11, channels: 3, seed: 8 }));
  const cases = [
    [{}, undefined],
    [{ tier: "draft" }, undefined],
    [{ tier: "max" }, 8],
    [{ tier: "draft", selfEnsemble: true }, 8],
    [{ tier: "max", selfEnsemble: false }, undefined],
  ] as const;
  for (const [options, expected] of cases) {
    const { engine, views } = noteViews();
    await restoreByTier(file, { engine, ...options });
    assertEquals(views, [expected], JSON.stringify(options));
  }
});

Deno.test("nnc -d --tier max says so, averages the network of --weights as well, and differs from that network alone", async () => {
  using place = new Workplace();
  const original = sceneImage({ width: 16, height: 12 });
  Deno.writeFileSync(place.path("photo.nnc"), await compress(original));
  place.addNetwork("net.safetensors");
  const draw = async (...args: string[]) => {
    const { stdout } = await place.exits(0, ...[
      "-d",
      "photo.nnc",
      "-f",
      "--json",
      "--device",
      "cpu",
      ...args,
    ]);
    const { data } = await decodeImage(Deno.readFileSync(place.path("photo.png")));
    return { data, networks: JSON.parse(stdout).networks };
  };
  const best = shippedTiers("quincunx").at(-1)!;
  const max = await draw("--tier", "max");
  assertEquals(max.networks, { quincunx: "max" });
  assertNotEquals(max.data, (await draw("--tier", best)).data);
  const weights = ["--weights", "net.safetensors"];
  const own = await draw(...weights, "--tier", "max");
  assertEquals(own.networks, { quincunx: "net.safetensors" });
  assertNotEquals(own.data, (await draw(...weights)).data);
});

Deno.test("the bench measures a network's file as it is, and averaged", async () => {
  using place = new Workplace();
  const image = sceneImage({ width: 32, height: 24 });
  Deno.writeFileSync(place.path("a.png"), await encodePng(image));
  const weights = place.path("own.safetensors");
  const network = randomNetwork("rows", { channels: 4, blocks: 1 });
  Deno.writeFileSync(weights, encodeNetwork(network, testInfo("rows")));
  const args = ["--images", place.folder, "--weights", weights, "--kernel", "reference"];
  const given = new Arguments({ options: QUALITY_OPTIONS }, [...args, "--tier", "max"]);
  const { rows } = await measureQuality(qualityOptions(given));
  assertEquals(rows.map(({ tier }) => tier), ["test", "max"]);
  assertEquals(rows[0]!.interpolated, rows[1]!.interpolated);
  assertNotEquals(rows[0]!.restored, rows[1]!.restored);
});
