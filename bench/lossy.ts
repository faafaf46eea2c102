/**
 * What becomes of lossy files: `deno task bench lossy --images DIR` with one or more of
 *
 * - `--generations`: what is lost where a picture is cropped between generations, beside JPEG,
 * - `--beginnings`: what the beginning of a file gives,
 * - `--gallery FOLDER`: parts of four pictures in several formats at equal bytes, drawn into a folder for looking at.
 *
 * `bench coded --lossy` measures how many bits they take at which fidelity, `bench sizes --quality` what JPEGs become.
 *
 * @module
 */

import { DEFAULT_QUALITY, settingsOfQuality } from "../codec/coded_quality.ts";
import { dropOpaqueAlpha, type Image } from "../codec/image/image.ts";
import { decodeImage } from "../codec/read.ts";
import { coderForWriting } from "../weights/coder_choice.ts";
import { findLossyFormats } from "./coded/lossy_formats.ts";
import { listImages } from "./images.ts";
import { formatBeginnings, measureBeginnings } from "./lossy/beginnings.ts";
import { drawGallery, formatGallery } from "./lossy/gallery.ts";
import { formatGenerations, measureGenerations } from "./lossy/generations.ts";
import { type Bench, UsageError } from "./program.ts";

/** Pixels from a text such as `5,16`. */
function parseCuts(text: string | undefined): number[] | undefined {
  const cuts = text?.split(",").map(Number);
  if (!cuts || cuts.every((cut) => Number.isInteger(cut) && cut >= 0)) return cuts;
  throw new UsageError(`"--cuts" are whole numbers, such as "5,16"; found "${text}"`);
}

/** The program. */
export const bench: Bench = {
  options: {
    images: { value: "DIR", help: "PNGs and JPEGs" },
    quality: { value: "Q", help: "of lossy files; default: 75" },
    tune: { value: "WHAT", help: "what their steps are spread for, ssim or psnr; default: ssim" },
    generations: { help: "crops between generations, beside JPEG" },
    cuts: { value: "LIST", help: "pixels that these cut; default: 5,8,16,32" },
    count: { value: "N", help: "how many generations there are; default: 10" },
    beginnings: { help: "what the beginning of a file gives" },
    gallery: { value: "FOLDER", help: "draw parts at equal bytes beside other formats" },
  },
  async run(args) {
    const folder = args.text("images");
    if (folder === undefined) throw new UsageError('"--images" must name a folder');
    const paths = listImages(folder);
    if (paths.length === 0) throw new UsageError(`There is no PNG or JPEG in "${folder}"`);
    const images: Image[] = [];
    for (const path of paths) {
      images.push(dropOpaqueAlpha(await decodeImage(await Deno.readFile(path))));
    }
    const coder = await coderForWriting("default", { isLossy: true });
    const lossy = settingsOfQuality(args.number("quality") ?? DEFAULT_QUALITY, {
      tune: args.choice("tune", ["ssim", "psnr"]),
    });
    const formats = await findLossyFormats();
    const texts: string[] = [`${images.length} images`];
    const report: Record<string, unknown> = { images: paths };
    if (args.flag("generations")) {
      const jpeg = formats.filter(({ extension }) => extension === "jpg");
      const rows = await measureGenerations(images, {
        ...{ coder, lossy, formats: jpeg, cuts: parseCuts(args.text("cuts")) },
        generations: args.number("count", { whole: true }),
      });
      texts.push(formatGenerations(rows));
      report.generations = rows;
    }
    if (args.flag("beginnings")) {
      const rows = await measureBeginnings(images, { coder, lossy });
      texts.push(formatBeginnings(rows));
      report.beginnings = rows;
    }
    const gallery = args.text("gallery");
    if (gallery !== undefined) {
      await Deno.mkdir(gallery, { recursive: true });
      const rows = await drawGallery(images, { folder: gallery, coder, formats });
      texts.push(formatGallery(rows));
      report.gallery = rows;
    }
    if (texts.length === 1) {
      throw new UsageError('Say what to measure: "--generations", "--beginnings", "--gallery"');
    }
    return { text: texts.join("\n\n"), report };
  },
};
