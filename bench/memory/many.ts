/**
 * Restores images in one process, of three sizes in turn, and prints the resident bytes after every tenth as JSON:
 * `many.ts [COUNT]`, 200 by default. Run by `../memory.ts`.
 *
 * @module
 */

import "../../platform/deno.ts";
import { renderScene } from "../../cli/scene/scene.ts";
import { compress } from "../../codec/compress.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { encodePng } from "../../codec/png/png.ts";
import { restore } from "../../codec/restore.ts";
import { openEngine } from "../../gpu/engine.ts";
import { loadNetwork } from "../../weights/shipped_networks.ts";

const IMAGES = Number(Deno.args[0] ?? 200);
const EVERY = 10;
const SIZES = [{ width: 512, height: 384 }, { width: 384, height: 512 }, {
  width: 640,
  height: 300,
}];

const files: Uint8Array[] = [];
for (const size of SIZES) {
  files.push(
    await compress({ ...renderScene(size), metadata: NO_METADATA }, { effort: "fast" }),
  );
}
const engine = await openEngine();
const { network } = await loadNetwork("quincunx", { tier: "standard" });
const resident: number[] = [];
for (let image = 0; image < IMAGES; image++) {
  const restored = await restore(files[image % files.length]!, {
    engine,
    network: () => Promise.resolve(network),
  });
  await encodePng(restored, { effort: "fast" });
  if ((image + 1) % EVERY === 0) resident.push(Deno.memoryUsage().rss);
}
engine.close();
console.log(JSON.stringify(resident));
