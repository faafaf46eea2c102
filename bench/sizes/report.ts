/** What the bench of sizes found, by kind of file. @module */

import { formatColumns } from "../tables.ts";

/** One file. */
export interface Measured {
  /** What it is: `PNG`, `JPEG`, or how it was made. */
  readonly kind: string;
  /** Its bytes. */
  readonly bytes: number;
  /** Its pixels. */
  readonly pixels: number;
  /** Seconds of the processor to compress them. */
  readonly seconds: number;
  /** Bytes of its `.nnc` file. */
  readonly packed: number;
  /** Bytes of a PNG of all its pixels, written by the same compressor; of PNGs alone. */
  readonly whole?: number | undefined;
}

/** All files of a kind. */
export interface SizesRow {
  readonly kind: string;
  readonly files: number;
  readonly larger: number;
  /** The median of bytes after for each byte before. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Seconds of the processor for a megapixel, over all of them. */
  readonly secondsPerMegapixel: number;
  /** The median where all pixels are kept and only the compressor changes; of PNGs alone. */
  readonly wholeMedian?: number | undefined;
}

/** Gathers the files of each kind, kinds in the order of their first file. */
export function summarise(measured: readonly Measured[]): SizesRow[] {
  return [...Map.groupBy(measured, ({ kind }) => kind)].map(([kind, files]) => {
    const shares = files.map(({ bytes, packed }) => packed / bytes);
    const wholes = files.flatMap(({ bytes, whole }) => whole === undefined ? [] : [whole / bytes]);
    return {
      kind,
      files: files.length,
      larger: shares.filter((share) => share > 1).length,
      median: median(shares),
      least: Math.min(...shares),
      most: Math.max(...shares),
      secondsPerMegapixel: total(files.map(({ seconds }) => seconds)) /
        (total(files.map(({ pixels }) => pixels)) / 1e6),
      ...(wholes.length > 0 && { wholeMedian: median(wholes) }),
    };
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** The report as a table for people. */
export function formatTable(
  { rows, refused }: { rows: readonly SizesRow[]; refused: readonly string[] },
): string {
  const times = (value: number | undefined) => value === undefined ? "" : value.toFixed(2);
  const body = rows.map(({ kind, files, larger, median, least, most, ...row }) => [
    kind,
    String(files),
    String(larger),
    ...[median, least, most, row.secondsPerMegapixel, row.wholeMedian].map(times),
  ]);
  const table = [["files", "", "larger", "median", "least", "most", "s/MP", "all pixels"], ...body];
  return [formatColumns(table), ...refused.map((line) => `refused: ${line}`)].join("\n");
}
