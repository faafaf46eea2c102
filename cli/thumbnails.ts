/**
 * Small pictures in the place of whole ones: `restore --thumbnail`.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import type { NncFile } from "../codec/nnc_file.ts";
import { openCoded } from "../codec/coded_file.ts";
import { thumbnailOfKept, thumbnailOfSteps } from "../codec/thumbnail.ts";
import type { Workers } from "../platform/tasks.ts";
import type { RunCoders } from "./coders.ts";
import { pixelLimit } from "./image_files.ts";
import type { Options } from "./options.ts";
import { exactnessOf, type FileFacts } from "./report.ts";

/** A thumbnail, and what is reported of its file. */
export interface Thumbnail {
  /** The small picture. */
  readonly image: Image;
  /** What the file says. */
  readonly facts: Partial<FileFacts>;
}

/** The options of a run that makes thumbnails: what must be drawn is drawn fast, unless a network is asked for. */
export function thumbnailOptions(options: Options): Options {
  const { thumbnail, tier, budget, weights } = options;
  const isOpen = tier === undefined && budget === undefined && weights === undefined;
  return thumbnail !== undefined && isOpen ? { ...options, tier: "draft" } : options;
}

/** The thumbnail of a classic file, where its kept pixels suffice for that. */
export function makeKeptThumbnail(file: NncFile, { thumbnail }: Options): Thumbnail | undefined {
  const image = thumbnail === undefined ? undefined : thumbnailOfKept(file, thumbnail);
  const { size, lattice: { name: lattice, ratio } } = file;
  return image && { image, facts: { ...size, lattice, ratio } };
}

/** The thumbnail of a coded file, where the steps that it has suffice for that. */
export async function makeCodedThumbnail(
  source: Uint8Array,
  { options, coders, workers }: {
    readonly options: Options;
    readonly coders: RunCoders;
    readonly workers: Workers;
  },
): Promise<Thumbnail | undefined> {
  const { thumbnail: longest, salvage } = options;
  if (longest === undefined) return undefined;
  const { header } = openCoded(source);
  const coder = await coders.forReading(header);
  const choice = { ...coder, ...pixelLimit(options), salvage, workers, longest };
  const image = await thumbnailOfSteps(source, choice);
  const coded = header.octaves > 0 && { coder: coder.name };
  return image && { image, facts: { ...header.size, ...exactnessOf(header), ...coded } };
}
