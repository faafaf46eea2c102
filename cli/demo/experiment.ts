/**
 * What the demonstration does and measures.
 *
 * @module
 */

import { compress } from "../../codec/compress.ts";
import type { Image } from "../../codec/image/image.ts";
import type { Lattice } from "../../codec/lattice/lattice.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { psnr } from "../../codec/image/metrics.ts";
import { packImage } from "../../codec/lattice/packing.ts";
import { encodePng } from "../../codec/png/png.ts";
import { restore } from "../../codec/restore.ts";
import type { EngineSession } from "../engine_session.ts";
import type { RunNetworks } from "../networks.ts";
import { renderScene } from "../scene/scene.ts";
import type { PickedTier, TierPicker } from "../tier_picker.ts";
import { drawAverages, drawNothing, restoreBy } from "./drawings.ts";

const SIZE = { width: 960, height: 640 } as const;

/** Everything that was measured. Sizes are in bytes, times in seconds, PSNR over all pixels in dB. */
export interface Measurements {
  /** Width of the scene in pixels. */
  readonly width: number;
  /** Height of the scene in pixels. */
  readonly height: number;
  /** Name of the lattice. */
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  /** What ran the network. */
  readonly device: string;
  /** The networks by lattice step. */
  readonly networks: Readonly<Record<string, string>>;
  /** The tier that `--tier auto` picked. */
  readonly tier?: string | undefined;
  /** Seconds that it was thought to take. */
  readonly estimate?: number | undefined;
  /** Seconds that it was to take at most. */
  readonly budget?: number | undefined;
  /** The whole scene as a PNG. */
  readonly bytesOriginal: number;
  /** The `.nnc` file. */
  readonly bytesCompressed: number;
  /** The restored scene as a PNG. */
  readonly bytesRestored: number;
  /** Missing pixels drawn as the average of their neighbours. */
  readonly psnrAveraged: number;
  /** Missing pixels drawn by the network. */
  readonly psnrRestored: number;
  /** Whether every kept pixel came back as it was. */
  readonly keptPixelsExact: boolean;
  /** Whether the restored scene compresses to the same file. */
  readonly recompressesToTheSameFile: boolean;
  /** Time to compress. */
  readonly secondsCompress: number;
  /** Time to open the device and to choose a kernel on it. */
  readonly secondsOpenDevice: number;
  /** Time to restore, without that. */
  readonly secondsRestore: number;
}

/** What the demonstration made. */
export interface Experiment {
  /** What was measured. */
  readonly measured: Measurements;
  /** Contents of the files. */
  readonly files: Readonly<Record<"original" | "compressed" | "restored", Uint8Array>>;
  /** The scene, what was kept of it, and what was drawn. */
  readonly images: Readonly<Record<"original" | "kept" | "averaged" | "restored", Image>>;
}

/** What the demonstration is run with. */
export interface Equipment {
  /** Which networks to use, where no tier is picked. */
  readonly networks: RunNetworks;
  /** Opens the engine. */
  readonly session: EngineSession;
  /** Picks a tier; absent where it is fixed. */
  readonly picker: TierPicker | undefined;
  /** Told what was picked. */
  readonly onPick: (picked: PickedTier) => void;
}

/** Draws a scene, compresses it and restores it. */
export async function runExperiment(
  lattice: Lattice,
  { networks, session, picker, onPick }: Equipment,
): Promise<Experiment> {
  const choice = { lattice: lattice.name, ratio: lattice.ratio };
  const original: Image = { ...renderScene(SIZE), metadata: NO_METADATA };
  const originalPng = await encodePng(original);
  const started = performance.now();
  const file = await compress(original, choice);
  const compressed = performance.now();
  const { device, chosen, picked, opened, restored } = await session.use(async (engine) => {
    const picked = await picker?.pick(engine, { lattice, size: SIZE });
    if (picked) onPick(picked);
    const chosen = networks.forFile(picked?.facts.tier);
    return {
      device: engine.description,
      chosen,
      picked,
      opened: performance.now(),
      restored: await restore(file, {
        engine,
        network: chosen.network,
        selfEnsemble: chosen.selfEnsemble,
      }),
    };
  });
  const finished = performance.now();
  const restoredPng = await encodePng(restored, { effort: "fast" });
  const averaged = await restoreBy(drawAverages, file);
  const kept = await restoreBy(drawNothing, file);
  return {
    measured: {
      ...SIZE,
      ...choice,
      device,
      networks: Object.fromEntries(chosen.used),
      ...picked?.facts,
      bytesOriginal: originalPng.length,
      bytesCompressed: file.length,
      bytesRestored: restoredPng.length,
      psnrAveraged: psnr(original, averaged),
      psnrRestored: psnr(original, restored),
      keptPixelsExact: sameBytes(
        packImage(restored, lattice).data,
        packImage(original, lattice).data,
      ),
      recompressesToTheSameFile: sameBytes(await compress(restored, choice), file),
      secondsCompress: (compressed - started) / 1000,
      secondsOpenDevice: (opened - compressed) / 1000,
      secondsRestore: (finished - opened) / 1000,
    },
    files: { original: originalPng, compressed: file, restored: restoredPng },
    images: { original, kept, averaged, restored },
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
