/**
 * The worker of the page that compresses and compares, so that the page itself stays free.
 *
 * @module
 */

import { openCoded } from "../../codec/coded_file.ts";
import { isCodedFile } from "../../codec/is_coded_file.ts";
import { DEFAULT_QUALITY, qualityOf } from "../../codec/coded_quality.ts";
import { ratioAtSteps } from "../../codec/coded_ratio.ts";
import type { Image } from "../../codec/image/image.ts";
import { compress, compressCoded, decodeImage, probe, psnr, useCodecsFrom } from "../writer.ts";
import type { Answers, Compressed, DemoAnswer, Described, Keeping, Question } from "./requests.ts";

useCodecsFrom("codecs", import.meta.url);

/** What a worker needs of its global scope; types of pages have another one. */
interface Scope {
  onmessage: ((event: MessageEvent<{ id: number; question: Question }>) => void) | null;
  postMessage(message: DemoAnswer): void;
}

type Report = (share: number) => void;

const scope = self as unknown as Scope;

scope.onmessage = async ({ data: { id, question } }) => {
  try {
    const report: Report = (share) => scope.postMessage({ id, share });
    scope.postMessage({ id, answer: await answer(question, report) });
  } catch (error) {
    scope.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(question: Question, report: Report): Promise<Answers[Question["kind"]]> {
  switch (question.kind) {
    case "compress":
      return await compressPhoto(question.photo, { keeping: question.keeping, report });
    case "describe":
      return describe(await bytesOf(question.file));
    case "compare":
      return psnr(await pixelsOf(question.original), await pixelsOf(question.restored));
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function compressPhoto(
  photo: Blob,
  { keeping: asked, report }: { keeping: Keeping; report: Report },
): Promise<Compressed> {
  const start = performance.now();
  const source = await readable(photo);
  const keeping = asked === "usual" ? usualKeeping(source) : asked;
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const onProgress = (done: number, total: number) => report(done / total);
  const bytes = "lattice" in keeping
    ? await compress(source, { ...keeping, depth: 8, onWarning })
    : await compressCoded(source, {
      ...keeping,
      depth: "quality" in keeping ? 8 : 16,
      onProgress,
      onWarning,
    });
  const file = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" });
  return { file, seconds: (performance.now() - start) / 1000, warnings };
}

/** PNGs are stored without loss; what else browsers show has lost what it had to, mostly. */
function usualKeeping(source: Uint8Array | Image): Exclude<Keeping, "usual"> {
  const isPng = source instanceof Uint8Array && source[0] === PNG_START;
  return isPng ? { lattice: "quincunx", ratio: 2 } : { quality: DEFAULT_QUALITY };
}

const PNG_START = 0x89;

/** PNG and JPEG as the library reads them, with all that they hold; what else the browser can show, as it shows it. */
async function readable(photo: Blob): Promise<Uint8Array | Image> {
  const bytes = await bytesOf(photo);
  const isOurs = (bytes[0] === PNG_START && bytes[1] === 0x50) ||
    (bytes[0] === 0xff && bytes[1] === 0xd8);
  if (isOurs) return bytes;
  const bitmap = await createImageBitmap(photo).catch((cause) => {
    throw new Error("This is no picture that the browser knows", { cause });
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return opaque({
    width,
    height,
    channels: 4,
    data: new Uint8Array(data.buffer),
    metadata: { chunks: [] },
  });
}

/** Without an alpha that hides nothing. */
function opaque(image: Image): Image {
  const { width, height, data } = image;
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return image;
  const colours = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colours[to] = data[from]!;
    colours[to + 1] = data[from + 1]!;
    colours[to + 2] = data[from + 2]!;
  }
  return { ...image, channels: 3, data: colours };
}

async function pixelsOf(picture: Blob): Promise<Image> {
  const source = await readable(picture);
  return source instanceof Uint8Array ? await decodeImage(source, { depth: 16 }) : source;
}

function describe(file: Uint8Array): Described {
  if (isCodedFile(file)) {
    const { header: { size, maxError, lossy, octaves, checksums } } = openCoded(file);
    const detail = lossy
      ? `lossy, quality ${qualityOf(lossy)}`
      : maxError === 0
      ? "exactly, coded"
      : `coded, off by at most ${maxError} of 255`;
    return {
      keeps: shareOf(ratioAtSteps(octaves, checksums.length - 1)),
      detail,
      isLossy: lossy !== undefined,
      size: [size.width, size.height],
    };
  }
  const { lattice, ratio, width, height } = probe(file);
  const detail = `exactly, lattice ${lattice}`;
  return { keeps: shareOf(ratio), detail, isLossy: false, size: [width, height] };
}

function shareOf(ratio: number): string {
  if (ratio === 1) return "every pixel";
  return ratio === 2 ? "every second pixel" : `one pixel of ${ratio}`;
}
