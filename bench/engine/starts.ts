/**
 * What one small photo waits for, from the start of a process to its end.
 *
 * *Cold* is the first start on a machine: the driver's folder of compiled shaders is empty, and which kernel is the
 * fastest is not known. Then shaders are there but the kernel is chosen again; then both are known, as they are from the
 * second photo on. Last, `nnc` itself, from a file to a PNG.
 *
 * @module
 */

import { renderScene } from "../../cli/scene/scene.ts";
import { compress } from "../../codec/compress.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { decodePng } from "../../codec/png/png_decode.ts";
import { loadNetwork } from "../../weights/shipped_networks.ts";
import { requireAgreement } from "./agreement.ts";
import { watchCommand } from "../memory/watch.ts";
import { median, type Seconds } from "../clock.ts";
import { SMALL_PHOTO } from "./small_photo.ts";
import { compareWindows } from "./windows.ts";

/** Seconds from the start of a process to its end. */
export interface StartReport {
  /** Nothing compiled, nothing known. */
  readonly cold: Seconds;
  readonly shadersKept: Seconds;
  readonly warm: Seconds;
  /** `nnc -d` on a file of 512×384 pixels, everything warm; absent where there is no `sh`. */
  readonly restoreFile?: Seconds | undefined;
  /** `nnc --version`, the least that a start takes. */
  readonly version?: Seconds | undefined;
}

const STARTS = 3;

const PHOTO = { width: 512, height: 384 };

const path = (name: string) => new URL(name, import.meta.url).pathname;

/** Starts processes, each checked by what it drew. */
export async function measureStarts(): Promise<StartReport> {
  const folder = await Deno.makeTempDir();
  try {
    let fresh = 0;
    const cold = await medianOf(() => {
      fresh++;
      return startOnce(folder, { cache: `cache${fresh}`, memory: `memory${fresh}` });
    });
    const again = { cache: "cache1", memory: "memory1" };
    return {
      cold,
      shadersKept: await medianOf(() => startOnce(folder, { cache: again.cache })),
      warm: await medianOf(() => startOnce(folder, again)),
      ...(Deno.build.os === "windows" ? {} : await measureProgram(folder)),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function medianOf(measure: () => Promise<Seconds>): Promise<Seconds> {
  const all: Seconds[] = [];
  for (let start = 0; start < STARTS; start++) all.push(await measure());
  return { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) };
}

/** The drivers' own folders of compiled shaders: Mesa's, and NVIDIA's. */
const CACHE_VARIABLES = ["MESA_SHADER_CACHE_DIR", "__GL_SHADER_DISK_CACHE_PATH"];

async function startOnce(
  folder: string,
  { cache, memory }: { cache: string; memory?: string | undefined },
): Promise<Seconds> {
  const place = `${folder}/${cache}`;
  await Deno.mkdir(place, { recursive: true });
  const result = `${folder}/drawn`;
  const seconds = await watchCommand(Deno.execPath(), {
    args: [
      ...["run", "-A", path("startup.ts"), result],
      ...(memory === undefined ? [] : [`${folder}/${memory}`]),
    ],
    env: Object.fromEntries(CACHE_VARIABLES.map((name) => [name, place])),
  });
  const { geometry, kept } = SMALL_PHOTO;
  const found = { ...kept, phases: geometry.missing, data: await Deno.readFile(result) };
  const { network } = await loadNetwork("quincunx");
  const agreement = await compareWindows(found, { network, geometry, kept });
  requireAgreement(agreement, "What a fresh process draws");
  return seconds;
}

async function measureProgram(
  folder: string,
): Promise<{ restoreFile: Seconds; version: Seconds }> {
  const program = path("../../nnc");
  const [file, restored] = [`${folder}/photo.nnc`, `${folder}/photo.png`];
  const scene = { ...renderScene(PHOTO), metadata: NO_METADATA };
  await Deno.writeFile(file, await compress(scene));
  const restore = () =>
    watchCommand(program, { args: ["-d", file, "--output", restored, "--force", "--quiet"] });
  await restore();
  const restoreFile = await medianOf(restore);
  const { width, height } = decodePng(await Deno.readFile(restored)).image;
  if (width !== PHOTO.width || height !== PHOTO.height) {
    throw new Error(`"nnc -d" restored ${width}×${height} pixels; nothing is reported`);
  }
  const version = await medianOf(() => watchCommand(program, { args: ["--version"] }));
  return { restoreFile, version };
}
