/**
 * Photos for training: some to learn from, some held back to judge by.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { describeError } from "./describe_error.ts";
import { IMAGE_EXTENSIONS, OTHER_PICTURES } from "./extensions.ts";
import { decodeFile } from "./image_files.ts";
import { listInputs, STANDARD_STREAM } from "./inputs.ts";
import type { Invocation } from "./invocation.ts";
import { tellOfOthers } from "./passed_over.ts";
import { readFileBounded, readStandardInput } from "./streams.ts";

/** Of how many photos one is held back. */
const HOLD_BACK_EVERY = 5;

/** Photos that were read. */
export interface Photos {
  /** To learn from. */
  readonly training: readonly Image[];
  /** To judge by. */
  readonly validation: readonly Image[];
  /** What was held back, for people. */
  readonly heldBack: string;
  /** How many could not be read, or are too small. */
  readonly failed: number;
}

/**
 * Reads the photos named on the command line, saying of each that cannot be used why.
 *
 * @param options.least smallest side in pixels that a photo must have
 * @throws {Error} if none can be used, to learn from or to judge by.
 */
export async function readPhotos(
  invocation: Invocation,
  { least }: { least: number },
): Promise<Photos> {
  const { operands, options } = invocation;
  const { read, failed } = await readImages(operands, invocation, { least, use: "learn from" });
  if (options.validation === undefined) return { ...holdBack(read, least), failed };
  const judging = { least, use: "judge by" };
  // Of one that is named to judge by, all that is in it is meant.
  const all = { ...invocation, options: { ...options, recursive: true as const } };
  const judges = await readImages([options.validation], all, judging);
  return {
    training: read.map(({ image }) => image),
    validation: judges.read.map(({ image }) => image),
    heldBack: `${judges.read.length} of "${options.validation}"`,
    failed: failed + judges.failed,
  };
}

interface ReadPhoto {
  readonly path: string;
  readonly image: Image;
}

async function readImages(
  operands: readonly string[],
  { options, terminal }: Invocation,
  { least, use }: { least: number; use: string },
): Promise<{ read: ReadPhoto[]; failed: number }> {
  const recursive = options.recursive ?? false;
  const { inputs, ...others } = await listInputs(operands, {
    recursive,
    extensions: IMAGE_EXTENSIONS,
    otherKinds: OTHER_PICTURES,
  });
  const read: ReadPhoto[] = [];
  let failed = 0;
  for (const { path, problem } of inputs) {
    try {
      if (problem !== undefined) throw new Error(problem);
      const source = path === STANDARD_STREAM
        ? await readStandardInput()
        : await readFileBounded(path);
      const image = await decodeFile(source, options);
      checkSize(image, least);
      read.push({ path, image });
    } catch (error) {
      failed++;
      terminal.error(`"${path}" is left out. ${describeError(error)}.`);
    }
  }
  tellOfOthers(others, terminal);
  if (read.length === 0) {
    throw new Error(`No photo could be used, so there is nothing to ${use}`);
  }
  return { read, failed };
}

function checkSize({ width, height }: Image, least: number): void {
  if (Math.min(width, height) >= least) return;
  throw new Error(
    `It has ${width}×${height} pixels, and both sides must have at least ${least}, so that a crop fits; a smaller ` +
      "--patch needs less",
  );
}

/** Whole photos are held back, so that nothing of them was seen; of a single one, its lower quarter. */
function holdBack(
  read: readonly ReadPhoto[],
  least: number,
): Pick<Photos, "training" | "validation" | "heldBack"> {
  if (read.length === 1) {
    const { image, path } = read[0]!;
    const quarter = Math.floor(image.height * 3 / 4 / 2) * 2;
    const edge = Math.min(quarter, image.height - least);
    if (edge < least) {
      throw new Error(
        `"${path}" alone is too small to learn from and to judge by: its height must be at least ${
          2 * least
        } pixels. ` +
          "Add another photo, or name one with --validation",
      );
    }
    return {
      training: [cropRows(image, { from: 0, to: edge })],
      validation: [cropRows(image, { from: edge, to: image.height })],
      heldBack: `the lower ${edge === quarter ? "quarter" : "part"} of ${path}`,
    };
  }
  const isHeld = (index: number) => index % HOLD_BACK_EVERY === HOLD_BACK_EVERY - 1;
  const few = read.length < HOLD_BACK_EVERY;
  const held = read.filter((_, index) => few ? index === read.length - 1 : isHeld(index));
  return {
    training: read.filter((photo) => !held.includes(photo)).map(({ image }) => image),
    validation: held.map(({ image }) => image),
    heldBack: held.map(({ path }) => path).join(", "),
  };
}

function cropRows(image: Image, rows: { from: number; to: number }): Image {
  const stride = image.width * image.channels;
  const data = image.data.slice(rows.from * stride, rows.to * stride);
  return { ...image, height: rows.to - rows.from, data };
}
