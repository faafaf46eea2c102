/**
 * Lower bytes of 16-bit samples to streams and back: first of colours, then of alpha if there is one.
 *
 * The first stream says which levels every channel uses; one for each band follows.
 *
 * @module
 */

import { codeLevels, type LevelSet } from "../entropy/levels.ts";
import type { SymbolStream } from "../entropy/bit_models.ts";
import { RangeDecoder, RangeEncoder } from "../entropy/range_coder.ts";
import type { Size } from "../lattice/raster.ts";
import { type BandOptions, CODE_LOW, codeBands } from "./bands.ts";

/** What of an image is coded together. */
export interface LowOptions extends BandOptions {
  /** Size in pixels. */
  readonly size: Size;
  /** Channels that lie side by side. */
  readonly channels: 1 | 3;
}

/** Lower bytes as streams. */
export async function encodeLowBytes(
  { upper, lower }: { upper: Uint8Array; lower: Uint8Array },
  options: LowOptions,
): Promise<Uint8Array[]> {
  const { channels, size } = options;
  const encoder = new RangeEncoder();
  const levels = codeAllLevels({ upper, lower, channels }, { encoder });
  if (isTold(levels)) return [encoder.finish()];
  const stride = size.width * channels;
  const bands = await codeBands(size, {
    ...options,
    task: CODE_LOW,
    input: ({ first, rows }) => {
      const [from, to] = [first * stride, (first + rows) * stride];
      return {
        width: size.width,
        height: rows,
        channels,
        levels,
        upper: upper.slice(from, to),
        lower: lower.slice(from, to),
      };
    },
  });
  return [encoder.finish(), ...bands];
}

/**
 * Streams as lower bytes, and how many of the streams were theirs. Those that are missing read as zeros: whoever asks
 * compares what comes out with a checksum.
 */
export async function decodeLowBytes(
  streams: readonly Uint8Array[],
  options: LowOptions & { upper: Uint8Array },
): Promise<{ lower: Uint8Array; used: number }> {
  const { channels, size, upper } = options;
  const lower = new Uint8Array(upper.length);
  const decoder = new RangeDecoder(streams[0] ?? NOTHING);
  const levels = codeAllLevels({ upper, lower, channels }, { decoder });
  if (isTold(levels)) {
    for (let at = 0; at < upper.length; at++) {
      const { lows, starts } = levels[at % channels]!;
      lower[at] = lows[starts[upper[at]!]!]!;
    }
    return { lower, used: 1 };
  }
  const stride = size.width * channels;
  const bands = await codeBands(size, {
    ...options,
    task: CODE_LOW,
    input: ({ first, rows, index }) => ({
      width: size.width,
      height: rows,
      channels,
      levels,
      upper: upper.slice(first * stride, (first + rows) * stride),
      stream: streams[1 + index] ?? NOTHING,
    }),
  });
  let at = 0;
  for (const band of bands) {
    lower.set(band, at);
    at += band.length;
  }
  return { lower, used: 1 + bands.length };
}

const NOTHING = new Uint8Array(0);

function codeAllLevels(
  { upper, lower, channels }: { upper: Uint8Array; lower: Uint8Array; channels: 1 | 3 },
  stream: SymbolStream,
): LevelSet[] {
  const levels: LevelSet[] = [];
  for (let first = 0; first < channels; first++) {
    const channel = { upper, lower, stride: channels, first };
    levels.push(codeLevels(channel, { stream, before: levels.at(-1) }));
  }
  return levels;
}

/** Whether every upper byte has but one lower one, so that nothing is left to say. */
function isTold(levels: readonly LevelSet[]): boolean {
  return levels.every(({ starts }) =>
    starts.every((start, upper) => upper === 0 || start - starts[upper - 1]! < 2)
  );
}
