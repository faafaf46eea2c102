/** What surrounds a restoration: a file to kept pixels, and an image to a PNG. @module */

import { renderScene } from "../../cli/scene/scene.ts";
import { keptCells } from "../../codec/lattice/cells.ts";
import { compress } from "../../codec/compress.ts";
import type { Image } from "../../codec/image/image.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { openNncFile } from "../../codec/nnc_file.ts";
import { encodePng } from "../../codec/png/png.ts";
import { decodePng } from "../../codec/png/png_decode.ts";
import { type Seconds, timeWork } from "../clock.ts";

/** Seconds at both ends of an image. */
export interface EndsRow {
  /** The image, in pixels. */
  readonly image: { readonly width: number; readonly height: number };
  /** From a file's bytes to the phases that networks are shown. */
  readonly decode: Seconds;
  /** From samples to a PNG, as fast as `nnc` writes one. */
  readonly encode: Seconds;
}

const STEP = "quincunx";

/** Checks that what is encoded is decoded again, then times both. */
export async function measureEnds(sizes: readonly EndsRow["image"][]): Promise<EndsRow[]> {
  const rows: EndsRow[] = [];
  for (const size of sizes) {
    const image: Image = { ...renderScene(size), metadata: NO_METADATA };
    const file = await compress(image, { effort: "fast" });
    const png = await encodePng(image, { effort: "fast" });
    const { data } = decodePng(png).image;
    if (data.some((value, at) => value !== image.data[at])) {
      throw new Error("A PNG that was written reads otherwise; nothing is reported");
    }
    const decode = await timeWork(() => {
      const { packed } = openNncFile(file).readPixels();
      return Promise.resolve(keptCells(packed, { step: STEP, size }));
    }, { samples: 3 });
    const encode = await timeWork(() => encodePng(image, { effort: "fast" }), { samples: 3 });
    rows.push({ image: size, decode, encode });
  }
  return rows;
}
