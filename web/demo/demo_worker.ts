/**
 * The worker of the page that compresses and compares, so that the page itself stays free.
 *
 * @module
 */

import { encodeCoded } from "../../codec/coded_encoder.ts";
import { isCodedFile, openCoded } from "../../codec/coded_file.ts";
import type { Image } from "../../codec/image/image.ts";
import { coderForWriting } from "../../weights/coder_choice.ts";
import { compress, decodeImage, probe, psnr, useCodecsFrom } from "../writer.ts";
import type { Answer, Answers, Compressed, Described, Keeping, Question } from "./requests.ts";

useCodecsFrom("codecs", import.meta.url);

/** What a worker needs of its global scope; types of pages have another one. */
interface Scope {
  onmessage: ((event: MessageEvent<{ id: number; question: Question }>) => void) | null;
  postMessage(message: Answer): void;
}

const scope = self as unknown as Scope;

scope.onmessage = async ({ data: { id, question } }) => {
  try {
    scope.postMessage({ id, answer: await answer(question) });
  } catch (error) {
    scope.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(question: Question): Promise<Answers[Question["kind"]]> {
  switch (question.kind) {
    case "compress":
      return await compressPhoto(question.photo, question.keeping);
    case "describe":
      return describe(await bytesOf(question.file));
    case "compare":
      return psnr(await readPhoto(question.original), await readPhoto(question.restored));
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function compressPhoto(photo: Blob, keeping: Keeping): Promise<Compressed> {
  const start = performance.now();
  const image = await readPhoto(photo);
  const { lattice, ratio } = keeping;
  const bytes = lattice === "lossless"
    ? await encodeCoded(image, await coderForWriting(undefined, { folder: weights() }))
    : await compress(image, { lattice, ratio });
  const file = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" });
  return { file, seconds: (performance.now() - start) / 1000 };
}

function weights(): URL {
  return new URL("./weights/", import.meta.url);
}

/** PNG and JPEG exactly as the library reads them; what else the browser can show, as it shows it. */
async function readPhoto(photo: Blob): Promise<Image> {
  const bytes = await bytesOf(photo);
  const isOurs = (bytes[0] === 0x89 && bytes[1] === 0x50) ||
    (bytes[0] === 0xff && bytes[1] === 0xd8);
  if (isOurs) return await decodeImage(bytes, { depth: 8 });
  const bitmap = await createImageBitmap(photo).catch((cause) => {
    throw new Error("This is no picture that the browser knows", { cause });
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return {
    width,
    height,
    channels: 4,
    data: new Uint8Array(data.buffer),
    metadata: { chunks: [] },
  };
}

function describe(file: Uint8Array): Described {
  if (isCodedFile(file)) {
    const { header: { size, maxError } } = openCoded(file);
    const keeps = "every pixel";
    const detail = maxError === 0 ? "exactly" : `off by at most ${maxError} of 255`;
    return { keeps, detail, size: [size.width, size.height] };
  }
  const { lattice, ratio, width, height } = probe(file);
  const keeps = ratio === 2 ? "every second pixel" : `one pixel of ${ratio}`;
  return { keeps, detail: `lattice ${lattice}, exactly`, size: [width, height] };
}
