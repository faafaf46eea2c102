/**
 * `nnc demo`: a sample scene compressed and restored, with everything that was measured.
 *
 * @module
 */

import { join } from "node:path";
import type { Image } from "../../codec/image/image.ts";
import { encodePng } from "../../codec/png/png.ts";
import { type Experiment, type Measurements, runExperiment } from "../demo/experiment.ts";
import { type Crop, drawSideBySide } from "../demo/side_by_side.ts";
import { EngineSession } from "../engine_session.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { RunNetworks } from "../networks.ts";
import { makeFolderFor } from "../outputs.ts";
import { formatCount, formatSeconds } from "../figures.ts";
import { type PickedTier, TierPicker } from "../tier_picker.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";
import { chooseBudget } from "./budget_choice.ts";
import { chooseLattice } from "./lattice_choice.ts";

const FOLDER = "nnc-demo";
const FILES = {
  original: "original.png",
  compressed: "scene.nnc",
  restored: "restored.png",
  picture: "side-by-side.png",
} as const;

const MAGNIFICATION = 4;

/** Lettering, spokes and brickwork: what is hard to draw. */
const CROPS: readonly Crop[] = [
  { left: 240, top: 480, width: 96, height: 64 },
  { left: 640, top: 490, width: 96, height: 64 },
  { left: 560, top: 190, width: 96, height: 64 },
];

/** Runs the demonstration. */
export async function run({ options, terminal }: Invocation): Promise<number> {
  const lattice = chooseLattice(options);
  const folder = options.output ?? FOLDER;
  if (folder === STANDARD_STREAM) {
    throw new UsageError('Option "--output" names a folder for the demonstration; found "-"');
  }
  // The folder of this name is the demonstration's own; what lies in another is somebody's.
  const replace = options.output === undefined || options.force === true;
  for (const name of Object.values(FILES)) {
    if (!replace && await exists(join(folder, name))) {
      throw new Error(`"${join(folder, name)}" exists; --force replaces it`);
    }
  }
  const budget = chooseBudget(options);
  const picker = budget === undefined ? undefined : new TierPicker({ budget });
  const session = new EngineSession(options, terminal);
  const networks = new RunNetworks(options);
  await networks.checkFor();
  try {
    terminal.note("Drawing a scene, compressing it, restoring it …");
    const onPick = ({ reason }: PickedTier) => terminal.note(`${FILES.compressed}: ${reason}.`);
    const experiment = await runExperiment(lattice, { networks, session, picker, onPick });
    const { measured, files } = experiment;
    const picture = await encodePng(drawPicture(experiment));
    await makeFolderFor(join(folder, FILES.original));
    for (const [key, bytes] of Object.entries({ ...files, picture })) {
      const path = join(folder, FILES[key as keyof typeof FILES]);
      await writeFileSafely(path, { bytes, replace });
    }
    const kept = measured.keptPixelsExact && measured.recompressesToTheSameFile;
    const status = kept ? "done" : "failed";
    terminal.result(describe(measured, folder), { command: "demo", status, folder, ...measured });
    return EXIT[status];
  } finally {
    session.close();
  }
}

function drawPicture({ images, measured }: Experiment): Image {
  const { psnrAveraged, psnrRestored } = measured;
  return drawSideBySide([
    { caption: "kept", image: images.kept },
    { caption: `averaged ${psnrAveraged.toFixed(1)} dB`, image: images.averaged },
    { caption: `restored ${psnrRestored.toFixed(1)} dB`, image: images.restored },
    { caption: "original", image: images.original },
  ], { crops: CROPS, scale: MAGNIFICATION });
}

function describe(measured: Measurements, folder: string): string[] {
  const { width, height, lattice, ratio, device, networks } = measured;
  const share = (100 * measured.bytesCompressed / measured.bytesOriginal).toFixed(1);
  const restored = `${measured.psnrRestored.toFixed(2)} dB`;
  const averaged = `${measured.psnrAveraged.toFixed(2)} dB`;
  const rows: [name: string, ...facts: string[]][] = [
    [FILES.original, `${formatCount(measured.bytesOriginal)} bytes`],
    [
      FILES.compressed,
      `${formatCount(measured.bytesCompressed)} bytes (${share} % of the PNG)`,
      `compressed in ${formatSeconds(measured.secondsCompress)}`,
    ],
    [
      FILES.restored,
      `${formatCount(measured.bytesRestored)} bytes`,
      `${restored} (averaging the neighbours: ${averaged})`,
    ],
    [
      FILES.picture,
      `kept pixels, averaged, restored and original, ${MAGNIFICATION} times as large`,
    ],
    ["network", [...new Set(Object.values(networks))].join(" and ")],
    [
      "restored in",
      `${formatSeconds(measured.secondsRestore)} on ${device}`,
      `after ${formatSeconds(measured.secondsOpenDevice)} to open it`,
    ],
    ["kept pixels", measured.keptPixelsExact ? "unchanged, every one" : "CHANGED: this is a fault"],
    [
      "generation loss",
      measured.recompressesToTheSameFile
        ? "none: the restored scene compresses to the same file"
        : "SOME: this is a fault",
    ],
  ];
  const lines = rows.map(([name, ...facts]) => `  ${name.padEnd(17)}${facts.join(", ")}`);
  const title = `In ${folder}/, ${width}×${height} pixels, ${lattice} at ratio ${ratio}:`;
  return [title, ...lines];
}
