/**
 * Checksums of damaged coded files made right again, as whoever means harm would: so that what follows is fed, too.
 *
 * @module
 */

import { decodeApart } from "../../codec/apart_chunks.ts";
import { pixelChecksum, quantaChecksum, stepChecksum } from "../../codec/checksum.ts";
import { bandCount } from "../../codec/coded/bands.ts";
import { type DecodedPixels, startOctave } from "../../codec/coded/decoded_pixels.ts";
import { decodeLowBytes } from "../../codec/coded/low_bytes.ts";
import { decodeMask } from "../../codec/coded/mask.ts";
import { toQuanta } from "../../codec/coded/lossy_colours.ts";
import { octaveSteps } from "../../codec/coded/lossy_steps.ts";
import { decodeOctave, OCTAVE_STEPS } from "../../codec/coded/octave_coder.ts";
import { openCoded } from "../../codec/coded_file.ts";
import type { CodedHeader } from "../../codec/coded_header.ts";
import { octavesOf, runCountsOf } from "../../codec/coded_octaves.ts";
import { withColours } from "../../codec/coded_planes.ts";
import { Adaptation } from "../../codec/entropy/adaptation.ts";
import { checkSize, withoutAlpha } from "../../codec/image/image.ts";
import type { Chunk } from "../../codec/image/metadata.ts";
import { hasAlpha, type Raster } from "../../codec/lattice/raster.ts";
import { crc32 } from "../../codec/png/crc32.ts";
import { decodeChunks } from "../../codec/png/png_decode.ts";
import { decodeSteps, STEP_CHUNK_TYPE } from "../../codec/step_chunks.ts";
import { CODING } from "../support/coded_files.ts";
import { bigEndian } from "../support/png_writer.ts";
import { joinChunks, type LooseChunk, splitChunks } from "./png_damage.ts";

const CHECKSUMS_AT = 21;

/**
 * A file whose checksums agree with whatever its pixels and streams decode to, as far as they do.
 *
 * @param options.maxPixels above which a file stays as it is
 */
export async function forgeChecksums(
  bytes: Uint8Array,
  options: { maxPixels: number },
): Promise<Uint8Array> {
  const forged = splitChunks(bytes);
  try {
    const { chunks, header } = openCoded(bytes);
    checkSize(header.size, options.maxPixels);
    const data = forged.find(({ type }) => type === "nnCX")!.data;
    const put = (index: number, checksum: number) =>
      data.set(bigEndian(checksum), CHECKSUMS_AT + 4 * index);
    const octave = await forgeSteps(chunks, { header, put });
    await forgeApart(chunks, { header, octave, forged });
  } catch { /* It is refused before or here: what was forged of it stays. */ }
  return joinChunks(forged);
}

/** Decodes step by step, and returns the octave that it comes to. */
async function forgeSteps(
  chunks: readonly Chunk[],
  { header, put }: { header: CodedHeader; put: (index: number, checksum: number) => void },
): Promise<Raster> {
  const { image: shown } = decodeChunks(chunks, { depth: 8 });
  put(0, pixelChecksum(shown));
  const runs = decodeSteps(
    chunks.filter(({ type }) => type === STEP_CHUNK_TYPE),
    runCountsOf(header),
  );
  const { width, height, channels, data } = withColours(shown, header.isGrey ? 1 : 3);
  const image: Raster = {
    width,
    height,
    channels: header.isGrey ? 1 : 3,
    data: hasAlpha(channels) ? withoutAlpha(data, channels) : data,
  };
  let octave: DecodedPixels = header.lossy ? { image, quanta: toQuanta(image) } : { image };
  let adaptation = new Adaptation();
  const sizes = octavesOf(header).map(({ size }) => size).reverse();
  for (let step = 0; step < runs.length; step += OCTAVE_STEPS.length) {
    const index = 1 + step / OCTAVE_STEPS.length;
    const finer = header.octaves - index;
    octave = startOctave(octave, sizes[index]!);
    adaptation = await decodeOctave(octave, {
      run: CODING.run,
      networks: index === header.octaves ? CODING.coder.fine : CODING.coder.coarse,
      adaptation,
      maxError: header.maxError,
      lossy: header.lossy && octaveSteps(header.lossy, { octave: finer, isGrey: header.isGrey }),
      steps: runs.slice(step, step + OCTAVE_STEPS.length),
    });
    const names = OCTAVE_STEPS.slice(0, runs.length - step).map(({ step }) => step);
    const { image, quanta } = octave;
    names.forEach((name, order) =>
      put(1 + step + order, quanta ? quantaChecksum(quanta, name) : stepChecksum(image, name))
    );
  }
  return octave.image;
}

/** Decodes alpha, and lower bytes. */
async function forgeApart(
  chunks: readonly Chunk[],
  { header, octave, forged }: {
    header: CodedHeader;
    octave: Raster;
    forged: readonly LooseChunk[];
  },
): Promise<void> {
  const { size } = header;
  const put = (wanted: string, checksum: number) =>
    forged.find(({ type }) => type === wanted)!.data.set(bigEndian(checksum));
  const mask = header.hasAlpha ? decodeApart(chunks, "nnCA") : undefined;
  let alpha: Uint8Array | undefined;
  if (mask?.streams.length === bandCount(size)) {
    alpha = await decodeMask(mask.streams, { size });
    put("nnCA", crc32(alpha));
  }
  const low = header.isWide ? decodeApart(chunks, "nnCL") : undefined;
  if (!low) return;
  const channels = header.isGrey ? 1 : 3;
  const first = await decodeLowBytes(low.streams, { size, channels, upper: octave.data });
  const rest = low.streams.slice(first.used);
  const second = alpha && await decodeLowBytes(rest, { size, channels: 1, upper: alpha });
  put("nnCL", second ? crc32(second.lower, crc32(first.lower)) : crc32(first.lower));
}
