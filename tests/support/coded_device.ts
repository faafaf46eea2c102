/** Coded files by whatever runs exact networks, the same everywhere. Runs in browsers, too. @module */

import { decodeCoded } from "../../codec/coded_decoder.ts";
import { encodeCoded } from "../../codec/coded_encoder.ts";
import type { OfferNetwork } from "../../codec/coded/coder.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { decodeCoderFile } from "../../weights/coder_file.ts";

/** A picture of soft waves under grain, from integers alone. */
function grainyPicture(width: number, height: number) {
  let state = 1;
  const grain = () => (state = Math.imul(state, 1664525) + 1013904223 >>> 0) >>> 29;
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const wave = Math.abs((x * (3 + at % 3) + 2 * y) % 256 - 128) + Math.abs(y * 5 % 128 - 64);
    data[at] = 30 + wave + grain();
  }
  return { width, height, channels: 3 as const, data, metadata: NO_METADATA };
}

/**
 * Writes a picture as coded files, lossless and with a largest error, and reads them back.
 *
 * @param coderFile a shipped coder
 * @returns the files, in Base64; that what was read is what was written is checked
 */
export async function codedFiles(coderFile: Uint8Array, run?: OfferNetwork): Promise<string[]> {
  const { coder, digest } = await decodeCoderFile(coderFile);
  const image = grainyPicture(61, 43);
  const files: string[] = [];
  for (const maxError of [0, 2]) {
    const options = { coder, digest, run, maxError, effort: "fast" } as const;
    const file = await encodeCoded(image, options);
    const { image: decoded } = await decodeCoded(file, options);
    if (decoded.data.some((value, at) => Math.abs(value - image.data[at]!) > maxError)) {
      throw new Error(`A sample is off by more than ${maxError}`);
    }
    files.push(btoa(String.fromCharCode(...file)));
  }
  return files;
}
