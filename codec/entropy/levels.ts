/**
 * Which of the 65,536 levels of a 16-bit sample a channel uses: of 10, 12 or 14 bits in one of the usual ways, or any.
 *
 * @module
 */

import { BitModels, type SymbolStream } from "./bit_models.ts";

/** Levels of 16 bits. */
export const LEVELS = 2 ** 16;

/** Levels that share an upper byte. */
const HALF = 256;

/** How fewer bits are brought to 16: zeros behind them, themselves again behind them, or the nearest of as many equal parts. */
const SPREADS: readonly ((level: number, bits: number) => number)[] = [
  (level, bits) => level * 2 ** (16 - bits),
  (level, bits) => level * 2 ** (16 - bits) + (level >> (2 * bits - 16)),
  (level, bits) => Math.floor((level * (LEVELS - 1) * 2 + (2 ** bits - 1)) / (2 * (2 ** bits - 1))),
];

const LEAST_BITS = 8;
const MOST_BITS = 15;

/** Kinds of sets: all levels, those of the channel before, a list, or spread ones. */
const ALL = 0;
const AS_BEFORE = 1;
const LISTED = 2;
const FIRST_SPREAD = 3;
const KINDS = FIRST_SPREAD + SPREADS.length * (MOST_BITS - LEAST_BITS + 1);

/** Levels that are left out must save so many times the bits that a list of them takes, or it is not worth its doubts. */
const LEAST_GAIN = 2;

/** Which levels there are, by the upper byte. */
export interface LevelSet {
  /** Where the lower bytes of an upper one begin; one more at the end. */
  readonly starts: Uint32Array;
  /** Lower bytes, rising. */
  readonly lows: Uint8Array;
  /** `[level]`: how many levels of the set are below it. */
  readonly ranks: Uint16Array;
}

/** Levels as `[level]`: 1 where there is one. */
type Marks = Uint8Array;

/** A channel's samples. */
export interface ChannelHalves {
  /** Upper bytes. */
  readonly upper: Uint8Array;
  /** Lower bytes. */
  readonly lower: Uint8Array;
  /** Distance of the channel's samples in both. */
  readonly stride: number;
  /** The first one. */
  readonly first: number;
}

/**
 * Codes the set of levels of a channel: found in its samples where it is written.
 *
 * @param before the set of the channel before it, if there is one
 */
export function codeLevels(
  channel: ChannelHalves,
  { stream, before }: { stream: SymbolStream; before: LevelSet | undefined },
): LevelSet {
  const uppers = usedUppers(channel);
  const kind = codeKind(stream.encoder ? chooseKind(channel, { uppers, before }) : ALL, stream);
  if (kind === AS_BEFORE && before) return before;
  if (kind === LISTED) return setOf(codeList(usedLevels(channel), { uppers, stream }));
  return setOf(marksOf(kind));
}

/** One of few, each as probable, so that a foreign stream can name no other. */
function codeKind(kind: number, { encoder, decoder }: SymbolStream): number {
  const part = Math.floor(LEVELS / KINDS);
  if (encoder) encoder.encode(kind * part, part);
  else {
    kind = Math.min(KINDS - 1, Math.floor(decoder!.position() / part));
    decoder!.take(kind * part, part);
  }
  return kind;
}

/** The smallest set that is described in a word, or a list of the levels where so many fewer are used that it pays. */
function chooseKind(
  channel: ChannelHalves,
  { uppers, before }: { uppers: Uint8Array; before: LevelSet | undefined },
): number {
  const used = usedLevels(channel);
  const spread = smallestSpread(used);
  const told = bitsSaved(channel, marksOf(spread));
  const gain = bitsSaved(channel, used) - told;
  const cost = listBits(used, uppers);
  const shared = before && holds(marksOfSet(before), used)
    ? bitsSaved(channel, marksOfSet(before)) - told
    : 0;
  if (gain < LEAST_GAIN * cost) return shared > 0 ? AS_BEFORE : spread;
  return shared > gain - cost ? AS_BEFORE : LISTED;
}

/** The kind of the fewest bits whose levels are all that are used. */
function smallestSpread(used: Marks): number {
  for (let bits = LEAST_BITS; bits <= MOST_BITS; bits++) {
    for (let spread = 0; spread < SPREADS.length; spread++) {
      const kind = FIRST_SPREAD + (bits - LEAST_BITS) * SPREADS.length + spread;
      if (holds(marksOf(kind), used)) return kind;
    }
  }
  return ALL;
}

/** Whether all levels that are used are in a set. */
function holds(marks: Marks, used: Marks): boolean {
  return used.every((mark, level) => mark === 0 || marks[level] === 1);
}

function marksOf(kind: number): Marks {
  if (kind < FIRST_SPREAD) return new Uint8Array(LEVELS).fill(1);
  const marks = new Uint8Array(LEVELS);
  const bits = LEAST_BITS + Math.floor((kind - FIRST_SPREAD) / SPREADS.length);
  const spread = SPREADS[(kind - FIRST_SPREAD) % SPREADS.length]!;
  for (let level = 0; level < 2 ** bits; level++) marks[spread(level, bits)] = 1;
  return marks;
}

function marksOfSet({ starts, lows }: LevelSet): Marks {
  const marks = new Uint8Array(LEVELS);
  for (let upper = 0; upper < HALF; upper++) {
    for (let at = starts[upper]!; at < starts[upper + 1]!; at++) {
      marks[upper * HALF + lows[at]!] = 1;
    }
  }
  return marks;
}

function setOf(marks: Marks): LevelSet {
  const starts = new Uint32Array(HALF + 1);
  const lows = new Uint8Array(marks.reduce((sum, mark) => sum + mark, 0));
  const ranks = new Uint16Array(LEVELS);
  let count = 0;
  for (let level = 0; level < LEVELS; level++) {
    if (level % HALF === 0) starts[level / HALF] = count;
    ranks[level] = count;
    if (marks[level] === 1) lows[count++] = level % HALF;
  }
  starts[HALF] = count;
  return { starts, lows, ranks };
}

function usedLevels({ upper, lower, stride, first }: ChannelHalves): Marks {
  const marks = new Uint8Array(LEVELS);
  for (let at = first; at < upper.length; at += stride) marks[upper[at]! * HALF + lower[at]!] = 1;
  return marks;
}

/** Which upper bytes there are. */
function usedUppers({ upper, stride, first }: ChannelHalves): Uint8Array {
  const used = new Uint8Array(HALF);
  for (let at = first; at < upper.length; at += stride) used[upper[at]!] = 1;
  return used;
}

/** Bits that it saves not to code levels beyond a set, were all of them as probable. */
function bitsSaved({ upper, stride, first }: ChannelHalves, marks: Marks): number {
  const counts = new Uint32Array(HALF);
  for (let at = first; at < upper.length; at += stride) counts[upper[at]!]!++;
  let bits = 0;
  counts.forEach((count, high) => {
    const levels = marks.subarray(high * HALF, (high + 1) * HALF).reduce(
      (sum, one) => sum + one,
      0,
    );
    if (count > 0) bits += count * (roughLog2(HALF) - roughLog2(levels));
  });
  return bits;
}

/** Bits of a list, about: of every gap between levels, how much it differs from the one before. */
function listBits(marks: Marks, uppers: Uint8Array): number {
  let [last, gap, bits] = [0, 0, 0];
  for (let level = 0; level < LEVELS; level++) {
    if (uppers[level >> 8] === 0 || marks[level] === 0) continue;
    bits += 1 + 2 * roughLog2(1 + Math.abs(level - last - gap));
    gap = level - last;
    last = level;
  }
  return bits;
}

/** The binary logarithm of a whole number, straight between powers of two, as engines differ in `Math.log2`. */
function roughLog2(value: number): number {
  const whole = 31 - Math.clz32(value);
  return whole + value / 2 ** whole - 1;
}

/** Gaps that are told apart in contexts. */
const MOST_GAP = 31;
const RELATIONS = 5;

/** Codes for every level whose upper byte is there whether it is used, by how far the last one is and was from its own last. */
function codeList(
  marks: Marks,
  { uppers, stream }: { uppers: Uint8Array; stream: SymbolStream },
): Marks {
  const models = new BitModels((MOST_GAP + 1) * RELATIONS);
  const found = new Uint8Array(LEVELS);
  let [distance, gap] = [0, 0];
  for (let level = 0; level < LEVELS; level++) {
    if (uppers[level >> 8] === 0) continue;
    distance++;
    const relation = Math.max(0, Math.min(RELATIONS - 1, distance - gap + 2));
    const context = Math.min(MOST_GAP, gap) * RELATIONS + relation;
    const bit = marks[level] === 1 ? 1 : 0;
    if (models.code(context, { stream, bit }) === 0) continue;
    found[level] = 1;
    gap = distance;
    distance = 0;
  }
  // Whatever a foreign stream says, a sample has some level.
  for (let upper = 0; upper < HALF; upper++) {
    const levels = found.subarray(upper * HALF, (upper + 1) * HALF);
    if (uppers[upper] === 1 && !levels.includes(1)) levels[0] = 1;
  }
  return found;
}
