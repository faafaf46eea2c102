/**
 * The scans of a JPEG to pixels, by mozjpeg, and what its complaints mean.
 *
 * @module
 */

import instantiate from "npm:@jsquash/jpeg@1.6.0/codec/dec/mozjpeg_dec.js";
import { currentPlatform } from "../../platform/platform.ts";
import { ImageError } from "../image/image_error.ts";
import type { Size } from "../lattice/raster.ts";
import type { MendedJpeg } from "./jpeg_mending.ts";
import { cutOff, joinSegments, MARKERS, type Segment } from "./jpeg_segments.ts";

/** What the decoder's factory takes and makes, as far as it is used here. */
type Instantiate = (options: {
  noInitialRun: boolean;
  print: (line: string) => void;
  printErr: (line: string) => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
}) => Promise<{ decode(bytes: Uint8Array, orient: boolean): ImageData | null }>;

/** Pixels and the decoder's only complaint, of whatever it met first. */
interface Decoded {
  readonly rgba: Uint8ClampedArray;
  readonly complaint: string | undefined;
}

/** What was added to a file without an end. */
const END_BYTES = 2;

/** Scans above which those with bytes too many are not looked for, which takes a decoding each. */
const MAX_TRIMMED = 20;

/** What pixels are decoded to. */
export interface JpegPixelOptions {
  /** What the frame states. */
  readonly size: Size;
  /** Told of what is wrong with scans whose pixels are all there. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Decodes to RGBA.
 *
 * @throws {ImageError} if pixels are missing or uncertain.
 */
export async function decodePixels(
  file: MendedJpeg,
  options: JpegPixelOptions,
): Promise<Uint8ClampedArray> {
  const { rgba, complaint } = await decode(file.bytes, options.size);
  if (complaint === undefined) return rgba;
  if (!file.ended) throw cutOff(file.bytes.length - END_BYTES);
  // Nothing comes after the last scan, so that nothing can be hidden by what is said of its end.
  const known = readSurplus(complaint)?.marker === MARKERS.EOI ||
    await haveOnlySurplus(file.segments, options.size);
  if (!known) throw damaged(complaint);
  options.onWarning?.(
    "Bytes too many at the end of a scan of the JPEG are left out; damaged files look like that, too",
  );
  return rgba;
}

/** Decodes scan by scan to see that bytes too many at their ends are all that is wrong with them. */
async function haveOnlySurplus(segments: readonly Segment[], size: Size): Promise<boolean> {
  if (segments.filter(({ scan }) => scan).length > MAX_TRIMMED) return false;
  const trimmed: Segment[] = [];
  for (const segment of segments) {
    trimmed.push(segment);
    if (!segment.scan) continue;
    const { complaint } = await decode(joinSegments(trimmed), size);
    if (complaint === undefined) continue;
    const surplus = readSurplus(complaint);
    if (surplus?.marker !== MARKERS.EOI) return false;
    trimmed.pop();
    trimmed.push({ ...segment, scan: segment.scan.subarray(0, -surplus.bytes) });
  }
  return true;
}

function readSurplus(complaint: string): { bytes: number; marker: number } | undefined {
  const match = /(\d+) extraneous bytes before marker (0x[0-9a-f]+)/.exec(complaint);
  return match ? { bytes: Number(match[1]), marker: Number(match[2]) } : undefined;
}

/**
 * Every file gets a decoder of its own: one that met a damaged file cannot be used again, and a large image's
 * memory is given back with it.
 */
async function decode(bytes: Uint8Array, { width, height }: Size): Promise<Decoded> {
  const compiled = await currentPlatform().compileCodec("mozjpegDecoder");
  const complaints: string[] = [];
  let decoded: ImageData | null;
  try {
    const decoder = await (instantiate as unknown as Instantiate)({
      noInitialRun: true,
      print: () => {},
      printErr: (line) => complaints.push(line),
      instantiateWasm: (imports, done) => {
        const instance = new WebAssembly.Instance(compiled, imports);
        done(instance);
        return instance.exports;
      },
    });
    decoded = decoder.decode(bytes, false);
  } catch (cause) {
    throw undecodable(complaints, cause);
  }
  if (decoded?.width !== width || decoded.height !== height) throw undecodable(complaints);
  return { rgba: decoded.data as Uint8ClampedArray, complaint: complaints[0] };
}

function damaged(complaint: string): ImageError {
  const reason = complaint.replace(/^Corrupt JPEG data: /, "");
  if (reason.includes("premature end")) {
    return new ImageError(
      "The JPEG is cut off inside a scan, so that pixels are missing; get the whole file",
    );
  }
  return new ImageError(
    `The JPEG's scans are damaged (${reason}), so that pixels are missing or wrong; get the file again`,
  );
}

function undecodable(complaints: readonly string[], cause?: unknown): ImageError {
  if (complaints.some((complaint) => complaint.includes("Insufficient memory"))) {
    const message = "The JPEG is too large for its decoder, which has 2 GiB of memory; " +
      "save it as a PNG first, or as a baseline JPEG, which takes less";
    return new ImageError(message, { cause });
  }
  const reason = complaints.length > 0 ? ` (${complaints.join("; ")})` : "";
  return new ImageError(`The JPEG cannot be decoded${reason}; the file is damaged`, { cause });
}
