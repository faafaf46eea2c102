/**
 * The batches that are killed: which command, and what its inputs are.
 *
 * @module
 */

import { EXIT } from "../../cli/invocation.ts";
import { encodeCoded, type EncodeOptions } from "../../codec/coded_encoder.ts";
import { compress } from "../../codec/compress.ts";
import { coderForWriting } from "../../weights/coder_choice.ts";
import { sceneImage, type Workplace } from "../support/run_nnc.ts";

/** A command over several files. */
export interface BatchKind {
  /** With its options. */
  readonly command: readonly [name: "compress" | "restore" | "trim", ...options: string[]];
  /** The exit status of a run that nobody kills. Default: 0. */
  readonly exit?: number;
  /** Makes an input, different for each index, and returns its name. */
  addInput(place: Workplace, index: number): Promise<string>;
}

/** How the coded files are written that a command is given. */
type Coding = Pick<EncodeOptions, "maxError" | "ratio" | "lossy">;

const LOSSY = { step: 256, chroma: 16, ratio: 45 };
const CODINGS: readonly Coding[] = [{}, { lossy: LOSSY }, { maxError: 2 }, { ratio: 2 }];

const DRAWN_BY = ["--device", "cpu", "--weights", "net.safetensors"] as const;

/** By what they are called. */
export const BATCH_KINDS = {
  "compress": { command: ["compress"], addInput: addPhoto },
  "compress --lossless": { command: ["compress", "--lossless"], addInput: addPhoto },
  "compress --max-error": { command: ["compress", "--max-error", "2"], addInput: addPhoto },
  "compress --quality": {
    command: ["compress", "--quality", "70", "--coder", "own.safetensors"],
    addInput(place, index) {
      place.addLossyCoder("own.safetensors");
      return addPhoto(place, index);
    },
  },
  "compress --coded": { command: ["compress", "--coded", "--ratio", "4"], addInput: addPhoto },
  "restore": {
    command: ["restore", ...DRAWN_BY],
    async addInput(place, index) {
      const file = await compress(sceneOf(index), { effort: "fast" });
      return addFile(place, { index, file });
    },
  },
  "restore of coded files": {
    command: ["restore", ...DRAWN_BY],
    addInput: (place, index) => addCoded(place, { index, how: CODINGS[index % 4]! }),
  },
  "restore --salvage": {
    command: ["restore", "--salvage", ...DRAWN_BY],
    exit: EXIT.salvaged,
    addInput: (place, index) =>
      addCoded(place, { index, how: CODINGS[index % 3]!, change: damageLastStep }),
  },
  "trim": {
    command: ["trim", "--ratio", "8"],
    addInput: (place, index) => addCoded(place, { index, how: CODINGS[index % 3]! }),
  },
} as const satisfies Readonly<Record<string, BatchKind>>;

const sizeOf = (index: number) => ({ width: 60 + index, height: 41, seed: index });

const sceneOf = (index: number) => sceneImage(sizeOf(index));

async function addPhoto(place: Workplace, index: number): Promise<string> {
  await place.addScene(`${index}.png`, sizeOf(index));
  return `${index}.png`;
}

async function addCoded(
  place: Workplace,
  { index, how, change = (file) => file }: {
    index: number;
    how: Coding;
    change?: (file: Uint8Array) => Uint8Array;
  },
): Promise<string> {
  const file = await encodeCoded(sceneOf(index), { ...await coderForWriting("fast"), ...how });
  return addFile(place, { index, file: change(file) });
}

/** Behind the bytes of the last step there are a checksum and the end of the PNG, 16 bytes. */
function damageLastStep(file: Uint8Array): Uint8Array {
  const at = file.length - 40;
  return file.with(at, file[at]! ^ 1);
}

function addFile(place: Workplace, { index, file }: { index: number; file: Uint8Array }): string {
  Deno.writeFileSync(place.path(`${index}.nnc`), file);
  return `${index}.nnc`;
}
