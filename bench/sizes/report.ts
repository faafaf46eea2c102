/** What the bench of sizes found, by kind of file. @module */

import { formatColumns } from "../tables.ts";

/** One file. */
export interface Measured {
  readonly path: string;
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
  /** What came back beside the source's picture, of a lossy file. */
  readonly likeness?: Likeness | undefined;
}

/** How much two pictures are alike. */
export interface Likeness {
  readonly psnr: number;
  readonly ssim: number;
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
  /** The mean of what came back beside the sources' pictures, and the least; of lossy files. */
  readonly likeness?: { readonly mean: Likeness; readonly least: Likeness } | undefined;
}

/** Gathers the files of each kind, kinds in the order of their first file. */
export function summarise(measured: readonly Measured[]): SizesRow[] {
  return [...Map.groupBy(measured, ({ kind }) => kind)].map(([kind, files]) => {
    const shares = files.map(({ bytes, packed }) => packed / bytes);
    const likenesses = files.flatMap(({ likeness }) => likeness ?? []);
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
      ...(likenesses.length > 0 && {
        likeness: {
          mean: alike(likenesses, (values) => total(values) / values.length),
          least: alike(likenesses, (values) => Math.min(...values)),
        },
      }),
    };
  });
}

function alike(
  likenesses: readonly Likeness[],
  of: (values: readonly number[]) => number,
): Likeness {
  return {
    psnr: of(likenesses.map(({ psnr }) => psnr)),
    ssim: of(likenesses.map(({ ssim }) => ssim)),
  };
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
  const likeness = ({ psnr, ssim }: Likeness) => `${psnr.toFixed(2)} dB ${ssim.toFixed(4)}`;
  const isLossy = rows.some((row) => row.likeness);
  const body = rows.map(({ kind, files, larger, median, least, most, ...row }) => [
    kind,
    String(files),
    String(larger),
    ...[median, least, most, row.secondsPerMegapixel].map(times),
    ...isLossy
      ? row.likeness ? [likeness(row.likeness.mean), likeness(row.likeness.least)] : ["", ""]
      : [times(row.wholeMedian)],
  ]);
  const head = ["files", "", "larger", "median", "least", "most", "s/MP"];
  const last = isLossy ? ["mean PSNR and SSIM", "least"] : ["all pixels"];
  const lines = refused.map((line) => `refused: ${line}`);
  return [formatColumns([[...head, ...last], ...body]), ...lines].join("\n");
}
