import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { measureLossy, parseSteps } from "../bench/coded/lossy.ts";
import { bitsAt, compareCosts, meanCosts } from "../bench/coded/rate_curve.ts";
import { encodePng } from "../codec/png/png.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";

const COSTS = [
  { bits: 0.5, psnr: 30, ssim: 0.9 },
  { bits: 2, psnr: 40, ssim: 0.99 },
];

Deno.test("bits at a fidelity lie between those of the settings around it", () => {
  equal(bitsAt(COSTS, { psnr: 35 })!.toFixed(6), "1.000000");
  equal(bitsAt(COSTS, { psnr: 40 })!.toFixed(6), "2.000000");
  equal(bitsAt(COSTS, { ssim: 1 - 0.1 / Math.sqrt(10) })!.toFixed(6), "1.000000");
  equal(bitsAt(COSTS, { psnr: 41 }), undefined);
  deepEqual(meanCosts([COSTS, COSTS.map((cost) => ({ ...cost, bits: 3 * cost.bits }))])[1], {
    bits: 4,
    psnr: 40,
    ssim: 0.99,
  });
});

Deno.test("images that are larger than in another format are counted, where both have files around a fidelity", () => {
  const other = COSTS.map((cost) => ({ ...cost, bits: 2 * cost.bits }));
  const images = [{ own: COSTS, other }, { own: other, other: COSTS }];
  deepEqual(compareCosts(images, { psnr: 35 }), { images: 2, larger: 1, most: 2 });
  deepEqual(compareCosts(images, { psnr: 50 }), { images: 0, larger: 0, most: 0 });
});

Deno.test("steps are levels, separated by commas", () => {
  deepEqual(parseSteps("16,2.5"), [16, 2.5]);
  equal(parseSteps(undefined), undefined);
  throws(() => parseSteps("16,0.1"), /found "16,0.1"/);
  throws(() => parseSteps("wide"), /found "wide"/);
});

Deno.test("the bench of lossy files states what came back of them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/soft.png`;
    await Deno.writeFile(path, await encodePng(softPhoto({ width: 48, height: 40 })));
    const { text, report } = await measureLossy([path], {
      coder: { ...CODING, name: "mine" },
      effort: "fast",
      steps: [24, 4, 1],
      formats: [],
    });
    const { means } = report as { means: Record<string, { bits: number; psnr: number }[]> };
    const [coarse, , fine] = means["coded file"]!;
    ok(coarse!.bits < fine!.bits && coarse!.psnr < fine!.psnr);
    ok(text.includes("1 images, every file read back") && /40 dB +\d/.test(text), text);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
