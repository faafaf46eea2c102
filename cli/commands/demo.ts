/**
 * `nnc demo`: a sample scene compressed and restored, with everything that was measured.
 *
 * @module
 */

import { join } from "node:path";
import { compress } from "../../codec/compress.ts";
import type { Image } from "../../codec/image.ts";
import { NO_METADATA } from "../../codec/metadata.ts";
import { psnr } from "../../codec/metrics.ts";
import { packImage } from "../../codec/packing.ts";
import { encodePng } from "../../codec/png.ts";
import { restore } from "../../codec/restore.ts";
import type { Engine } from "../../gpu/engine.ts";
import { interpolateCells } from "../../gpu/reference.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { EngineSession, NetworkChoice } from "../networks.ts";
import { makeFolderFor } from "../outputs.ts";
import { renderScene } from "../scene/scene.ts";
import { type Crop, drawSideBySide } from "../side_by_side.ts";
import { formatCount, formatSeconds } from "../terminal.ts";
import { exists, writeFileSafely } from "../write_file.ts";
import { chooseLattice } from "./lattice_choice.ts";

const FOLDER = "nnc-demo";
const SIZE = { width: 960, height: 640 };
const SCALE = 4;
const FILES = {
  original: "original.png",
  compressed: "scene.nnc",
  restored: "restored.png",
  picture: "side-by-side.png",
} as const;

/** Lettering, spokes, and bricks under foliage: what is hard to draw. */
const CROPS: readonly Crop[] = [
  { left: 240, top: 480, width: 96, height: 64 },
  { left: 640, top: 490, width: 96, height: 64 },
  { left: 560, top: 190, width: 96, height: 64 },
];

/** Runs the demonstration. */
export async function run({ options, terminal }: Invocation): Promise<number> {
  const { name: lattice, ratio } = chooseLattice(options);
  const folder = options.output ?? FOLDER;
  const place = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    await makeFolderFor(path);
    await writeFileSafely(path, { bytes, replace: mayReplace });
  };
  // The folder of this name is the demonstration's own; what lies in another is somebody's.
  const mayReplace = options.output === undefined || options.force === true;
  for (const name of Object.values(FILES)) {
    if (!mayReplace && await exists(join(folder, name))) {
      throw new Error(`"${join(folder, name)}" exists; --force replaces it`);
    }
  }
  const session = new EngineSession(options, terminal);
  const networks = new NetworkChoice(options);
  try {
    terminal.note("Drawing a scene, compressing it, restoring it …");
    const original: Image = { ...renderScene(SIZE), metadata: NO_METADATA };
    const originalPng = await encodePng(original);
    const compressing = performance.now();
    const file = await compress(original, { lattice, ratio });
    const compressed = performance.now();
    const { restored, device, opened } = await session.use(async (engine) => {
      const opened = performance.now();
      const network = (step: "quincunx" | "grid" | "rows") => networks.find(step);
      const restored = await restore(file, { engine, network });
      return { restored, device: engine.description, opened };
    });
    const finished = performance.now();
    const restoredPng = await encodePng(restored, { effort: "fast" });
    const averaged = await restoreWith(INTERPOLATOR, { file, networks });
    const kept = await restoreWith(BLANK, { file, networks });
    const measured = {
      command: "demo",
      folder,
      ...SIZE,
      lattice,
      ratio,
      device,
      networks: Object.fromEntries(networks.used),
      bytesOriginal: originalPng.length,
      bytesCompressed: file.length,
      bytesRestored: restoredPng.length,
      psnrAveraged: psnr(original, averaged),
      psnrRestored: psnr(original, restored),
      keptPixelsExact: sameBytes(
        packImage(restored, { name: lattice, ratio }).data,
        packImage(original, { name: lattice, ratio }).data,
      ),
      recompressesToTheSameFile: sameBytes(await compress(restored, { lattice, ratio }), file),
      secondsCompress: (compressed - compressing) / 1000,
      secondsOpenDevice: (opened - compressed) / 1000,
      secondsRestore: (finished - opened) / 1000,
    };
    const picture = drawSideBySide([
      { caption: "kept", image: kept },
      { caption: `averaged ${measured.psnrAveraged.toFixed(1)} dB`, image: averaged },
      { caption: `restored ${measured.psnrRestored.toFixed(1)} dB`, image: restored },
      { caption: "original", image: original },
    ], { crops: CROPS, scale: SCALE });
    await place(FILES.original, originalPng);
    await place(FILES.compressed, file);
    await place(FILES.restored, restoredPng);
    await place(FILES.picture, await encodePng(picture, { effort: "fast" }));
    terminal.result(describe(measured), measured);
    return measured.keptPixelsExact && measured.recompressesToTheSameFile ? EXIT.done : EXIT.failed;
  } finally {
    session.close();
  }
}

/** Draws missing pixels without a network. */
type Drawing = Pick<Engine, "restoreCells">;

const INTERPOLATOR: Drawing = {
  restoreCells: (_, { geometry, kept }) => Promise.resolve(interpolateCells(geometry, kept)),
};

const BLANK: Drawing = {
  restoreCells: (_, { geometry, kept }) =>
    Promise.resolve({
      width: kept.width,
      height: kept.height,
      phases: geometry.missing,
      data: new Uint8Array(kept.width * kept.height * geometry.missing * 4),
    }),
};

async function restoreWith(
  drawing: Drawing,
  { file, networks }: { file: Uint8Array; networks: NetworkChoice },
): Promise<Image> {
  const engine: Engine = {
    description: "no network",
    kernel: "none",
    software: true,
    verdicts: [],
    close() {},
    ...drawing,
  };
  return await restore(file, { engine, network: (step) => networks.find(step) });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function describe(
  measured: {
    folder: string;
    width: number;
    height: number;
    lattice: string;
    ratio: number;
    device: string;
    networks: Readonly<Record<string, string>>;
    bytesOriginal: number;
    bytesCompressed: number;
    bytesRestored: number;
    psnrAveraged: number;
    psnrRestored: number;
    keptPixelsExact: boolean;
    recompressesToTheSameFile: boolean;
    secondsCompress: number;
    secondsOpenDevice: number;
    secondsRestore: number;
  },
): string {
  const share = (100 * measured.bytesCompressed / measured.bytesOriginal).toFixed(1);
  const row = (name: string, ...facts: string[]) => `  ${name.padEnd(17)}${facts.join(", ")}`;
  const yesOr = (holds: boolean) => holds ? "yes" : "NO";
  return [
    `In ${measured.folder}/, a scene of ${measured.width}×${measured.height} pixels, ` +
    `${measured.lattice} at ratio ${measured.ratio}:`,
    row(FILES.original, `${formatCount(measured.bytesOriginal)} bytes`),
    row(
      FILES.compressed,
      `${formatCount(measured.bytesCompressed)} bytes (${share} % of the PNG)`,
      `compressed in ${formatSeconds(measured.secondsCompress)}`,
    ),
    row(
      FILES.restored,
      `${formatCount(measured.bytesRestored)} bytes`,
      `${measured.psnrRestored.toFixed(2)} dB (averaging the neighbours: ` +
        `${measured.psnrAveraged.toFixed(2)} dB)`,
    ),
    row(
      FILES.picture,
      `kept pixels, averaged, restored and original, ${SCALE} times as large`,
    ),
    row(
      "restored in",
      `${formatSeconds(measured.secondsRestore)} on ${measured.device}`,
      `after ${formatSeconds(measured.secondsOpenDevice)} to open it`,
    ),
    row("network", [...new Set(Object.values(measured.networks))].join(" and ")),
    row("kept pixels", `unchanged: ${yesOr(measured.keptPixelsExact)}`),
    row(
      "generation loss",
      `none, the restored image compresses to the same file: ${
        yesOr(measured.recompressesToTheSameFile)
      }`,
    ),
  ].join("\n");
}
