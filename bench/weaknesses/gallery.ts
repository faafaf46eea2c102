/** Details of some pictures beside each other: as they were, averaged, and drawn by a network. @module */

import { type Crop, drawSideBySide } from "../../cli/demo/side_by_side.ts";
import { compress } from "../../codec/compress.ts";
import type { Image } from "../../codec/image/image.ts";
import { restore } from "../../codec/restore.ts";
import type { Engine } from "../../gpu/engine.ts";
import { chooseNetworks } from "../../weights/network_choice.ts";
import { INTERPOLATOR } from "../quality/measure.ts";
import { renderPicture, SIDE } from "./picture.ts";
import { PICTURES } from "./pictures.ts";

/** Which detail of which picture. */
const DETAILS: Readonly<Record<string, Pick<Crop, "left" | "top">>> = {
  "zone plate": { left: 116, top: 20 },
  "pixel text": { left: 0, top: 68 },
  "smooth text": { left: 0, top: 2 },
  "line drawing": { left: 62, top: 40 },
};

const DETAIL = { width: 70, height: 44 };

/** Draws the details with the quincunx lattice and its `standard` network. */
export async function drawGallery(engine: Engine): Promise<Image> {
  const names = Object.keys(DETAILS);
  const pictures = names.map((name) => PICTURES.find((one) => one.name === name)!);
  const originals = pictures.map(renderPicture);
  const files = await Promise.all(originals.map((original) => compress(original)));
  const network = chooseNetworks({ tier: "standard" });
  const restoreAll = async (by: Engine) => {
    const images: Image[] = [];
    for (const file of files) images.push(await restore(file, { engine: by, network }));
    return images;
  };
  const crops = names.map((name, index): Crop => {
    const { left, top } = DETAILS[name]!;
    return { ...DETAIL, left, top: top + index * SIDE };
  });
  return drawSideBySide([
    { caption: "original", image: stack(originals) },
    { caption: "averaged", image: stack(await restoreAll(INTERPOLATOR)) },
    { caption: "standard", image: stack(await restoreAll(engine)) },
  ], { crops, scale: 3 });
}

/** One image above the other. */
function stack(images: readonly Image[]): Image {
  const height = images.reduce((sum, image) => sum + image.height, 0);
  const data = new Uint8Array(SIDE * height * 3);
  images.forEach((image, index) => data.set(image.data, index * SIDE * SIDE * 3));
  return { ...images[0]!, height, data };
}
